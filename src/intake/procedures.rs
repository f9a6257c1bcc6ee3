//! 手続一覧: dated data (`templates/procedures.toml`); an unlisted procedure only warns (N4).

use crate::base::near;
use crate::notice::vet::Procedures;
use serde::Deserialize;

/// 手続一覧.
#[derive(Clone, Debug, Default)]
pub struct ListedProcedures {
    /// Version of the data.
    pub version: String,
    listed: Vec<(String, String)>,
}

#[derive(Deserialize)]
struct Raw {
    version: String,
    procedures: Vec<RawProcedure>,
}

#[derive(Deserialize)]
struct RawProcedure {
    number: String,
    name: String,
}

impl ListedProcedures {
    /// Reads the list; `None` when it is not of this shape.
    pub fn parse(text: &str) -> Option<Self> {
        let raw: Raw = toml::from_str(text).ok()?;
        let listed = raw.procedures.into_iter().map(|p| (near::plain(&p.number), near::plain(&p.name))).collect();
        Some(Self { version: raw.version, listed })
    }
}

impl Procedures for ListedProcedures {
    fn lists(&self, number: Option<&str>, name: &str) -> bool {
        let (number, name) = (number.map(near::plain), near::plain(name));
        self.listed.iter().any(|(n, listed)| *listed == name && number.as_ref().is_none_or(|number| n == number))
    }
}
