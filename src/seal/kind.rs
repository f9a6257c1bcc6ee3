//! 封緘の形式: the two kinds of package that go by mail.

/// 封緘の形式.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PackageKind {
    /// 暗号化ZIP, an entry a document: [`archive`](super::archive).
    Zip,
    /// 暗号化したWord文書, a section a document: [`word`](super::word).
    Word,
}

impl PackageKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Zip, Self::Word];

    /// Its word in records and on the command line; stable for good.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Zip => "zip",
            Self::Word => "word",
        }
    }

    /// The kind of that word.
    pub fn find(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == id)
    }

    /// The package's file name: a number, never a person.
    pub fn file(self, number: &str) -> String {
        let extension = match self {
            Self::Zip => "zip",
            Self::Word => "docx",
        };
        format!("{number}.{extension}")
    }
}
