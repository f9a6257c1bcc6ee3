//! 文書番号の型

/// 文書番号の型: text with `{fy}` and `{seq}` or `{seq:04}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberPattern(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Literal(String),
    FiscalYear,
    Sequence(usize),
}

impl NumberPattern {
    /// Reads a pattern; `{seq}` must stand in it, and nothing else in braces.
    pub fn parse(text: &str) -> Option<Self> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            let close = rest[open..].find('}')? + open;
            pieces.push(Piece::Literal(rest[..open].to_owned()));
            pieces.push(match &rest[open + 1..close] {
                "fy" => Piece::FiscalYear,
                "seq" => Piece::Sequence(0),
                other => Piece::Sequence(other.strip_prefix("seq:0")?.parse().ok().filter(|w| (1..=9).contains(w))?),
            });
            rest = &rest[close + 1..];
        }
        pieces.push(Piece::Literal(rest.to_owned()));
        let has_sequence = pieces.iter().any(|p| matches!(p, Piece::Sequence(_)));
        (has_sequence && !rest.contains('}')).then_some(Self(pieces))
    }

    /// 健発第8-0013号, with 「の1」 for a branch.
    pub fn print(&self, fiscal_year: i16, sequence: u64, branch: Option<usize>) -> String {
        let mut out = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Literal(text) => out.push_str(text),
                Piece::FiscalYear => out.push_str(&fiscal_year.to_string()),
                Piece::Sequence(width) => out.push_str(&format!("{sequence:0width$}")),
            }
        }
        match branch {
            Some(branch) => format!("{out}の{branch}"),
            None => out,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        assert_eq!(NumberPattern::parse("{seq}").map(|p| p.print(8, 13, None)), Some("13".into()));
        for bad in ["", "健発", "{seq", "seq}", "{seq:4}", "{x}{seq}", "{seq}}"] {
            assert_eq!(NumberPattern::parse(bad), None, "{bad}");
        }
    }
}
