//! 段落と表: a letter before it is a Word file.

/// 体裁: how a paragraph looks. Closed, so that a wording file cannot ask for what the form has no style for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Look {
    /// 右: at the right margin.
    Right,
    /// 左: at the left margin.
    Left,
    /// 中央
    Centre,
    /// 宛先: the addressee in the letter.
    Addressee,
    /// 窓: in the window of the envelope.
    Window,
    /// 発信者: the sender, in the right half.
    Sender,
    /// 公印: the square for the seal, beside the lines above it.
    Seal,
    /// 件名: the subject.
    Subject,
    /// 表題: the title of a sheet that is no letter.
    Title,
    /// 本文: text whose first line is set in by one character.
    Body,
    /// 記
    Ki,
    /// 見出し: 「１　照会に係る手続」.
    Heading,
    /// 項目: a line below a heading.
    Item,
    /// 注: a numbered note, its second line set in.
    Note,
    /// ※: a remark, its second line set in.
    Remark,
    /// 枠: a sentence in a frame, not to be overlooked.
    Boxed,
    /// 台詞: words to be said on the telephone.
    Speech,
    /// 以上
    End,
    /// 連絡先
    Contact,
    /// 大字: figures that are copied by hand.
    Figures,
    /// 小: small print.
    Small,
    /// 空行
    Blank,
    /// In a cell of a table.
    Cell,
    /// In a heading cell of a table.
    CellHead,
    /// ロゴ: the office's picture; 右 in it moves it to the right margin.
    Logo,
    /// 折り目: marks at the sheet's edge where a letter that is posted is folded.
    Fold,
    /// 上欄: in the page header.
    PageHead,
    /// 下欄: in the page footer.
    PageFoot,
}

impl Look {
    /// Every look.
    pub const ALL: [Self; 28] = [
        Self::Right,
        Self::Left,
        Self::Centre,
        Self::Addressee,
        Self::Window,
        Self::Sender,
        Self::Seal,
        Self::Subject,
        Self::Title,
        Self::Body,
        Self::Ki,
        Self::Heading,
        Self::Item,
        Self::Note,
        Self::Remark,
        Self::Boxed,
        Self::Speech,
        Self::End,
        Self::Contact,
        Self::Figures,
        Self::Small,
        Self::Blank,
        Self::Cell,
        Self::CellHead,
        Self::Logo,
        Self::Fold,
        Self::PageHead,
        Self::PageFoot,
    ];

    /// The word that a wording file writes between ［ and ］, and the style's name in Word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Right => "右",
            Self::Left => "左",
            Self::Centre => "中央",
            Self::Addressee => "宛先",
            Self::Window => "窓",
            Self::Sender => "発信者",
            Self::Seal => "公印",
            Self::Subject => "件名",
            Self::Title => "表題",
            Self::Body => "本文",
            Self::Ki => "記",
            Self::Heading => "見出し",
            Self::Item => "項目",
            Self::Note => "注",
            Self::Remark => "※",
            Self::Boxed => "枠",
            Self::Speech => "台詞",
            Self::End => "以上",
            Self::Contact => "連絡先",
            Self::Figures => "大字",
            Self::Small => "小",
            Self::Blank => "空行",
            Self::Cell => "表中",
            Self::CellHead => "表見出し",
            Self::Logo => "ロゴ",
            Self::Fold => "折り目",
            Self::PageHead => "上欄",
            Self::PageFoot => "下欄",
        }
    }

    /// Whether a wording file may name it: cells get theirs from the table.
    pub const fn is_written(self) -> bool {
        !matches!(self, Self::Cell | Self::CellHead)
    }
}

/// 段落. Its text holds tags; `~~` strikes out and `**` makes bold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paragraph {
    /// How it looks.
    pub look: Look,
    /// What it says, with its tags.
    pub text: String,
}

/// 表.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Widths of the columns, in parts of their sum.
    pub widths: Vec<u32>,
    /// How many columns at the left are headings.
    pub head_columns: usize,
    /// 中央列: the columns whose cells are centred, from 1.
    pub centred: Vec<usize>,
    /// Its rows.
    pub rows: Vec<TableRow>,
}

/// 表の行.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableRow {
    /// 見出し行: repeated on every page.
    pub head: bool,
    /// 区切り行: shaded, over the rows that belong to it.
    pub divider: bool,
    /// Least height in millimetres, for what is written by hand.
    pub height: Option<u32>,
    /// Its cells.
    pub cells: Vec<Cell>,
}

/// 表の升.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// How many columns it spans.
    pub span: usize,
    /// One paragraph a line.
    pub text: String,
}

/// 要素: what a letter consists of, from top to bottom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Paragraph(Paragraph),
    /// A table.
    Table(Table),
    /// 改頁
    PageBreak,
}
