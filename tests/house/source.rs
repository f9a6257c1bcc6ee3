//! Just enough of Rust's grammar to see which paths a file uses: words and punctuation without comments and literals, `use` trees taken
//! apart, inline modules followed, and what belongs to tests known.

/// One word or one sign (`::` is one), with its line.
#[derive(Clone, Debug)]
pub struct Token {
    pub text: String,
    pub line: usize,
    /// Under `#[cfg(test)]` or `#[test]`.
    pub test: bool,
}

impl Token {
    pub fn is_word(&self) -> bool {
        self.text.starts_with(|c: char| c.is_alphanumeric() || c == '_')
    }
}

/// One path as it is written, groups taken apart: `use a::{b, c::*}` gives `a b` and `a c *`.
#[derive(Clone, Debug)]
pub struct Used {
    pub segments: Vec<String>,
    pub renamed: bool,
    pub line: usize,
    pub test: bool,
    /// The inline modules around it.
    pub inside: Vec<String>,
}

/// A file, read.
pub struct Source {
    pub tokens: Vec<Token>,
    pub paths: Vec<Used>,
    /// `mod NAME;` under `#[cfg(test)]`: the file of that name is a test as a whole.
    pub test_modules: Vec<String>,
    /// The attributes, each as its words and signs without spaces: `cfg(test)`, `ignore`, `path=""`.
    pub attributes: Vec<(String, usize)>,
}

/// Reads one file.
pub fn read(text: &str) -> Source {
    let mut tokens = tokens(text);
    let attributes = mark_tests(&mut tokens);
    let (paths, test_modules) = Walk { tokens: &tokens, at: 0, inside: Vec::new() }.all();
    Source { tokens, paths, test_modules, attributes }
}

// --- words and signs -----------------------------------------------------------------------------------------------------------------

fn tokens(text: &str) -> Vec<Token> {
    let source: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let (mut at, mut line) = (0, 1);
    while at < source.len() {
        let end = match literal_or_comment(&source, at) {
            Some((end, literal)) => {
                if literal {
                    found.push(Token { text: "\"\"".into(), line, test: false });
                }
                end
            }
            None if is_word(source[at]) => {
                let end = (at..source.len()).find(|&n| !is_word(source[n])).unwrap_or(source.len());
                let raw = source[at..end] == ['r']
                    && source.get(end) == Some(&'#')
                    && source.get(end + 1).copied().is_some_and(is_word);
                if !raw {
                    found.push(Token { text: source[at..end].iter().collect(), line, test: false });
                }
                if raw { end + 1 } else { end }
            }
            None if source[at].is_whitespace() => at + 1,
            None => {
                let double = source[at] == ':' && source.get(at + 1) == Some(&':');
                found.push(Token { text: if double { "::".into() } else { source[at].into() }, line, test: false });
                at + 1 + usize::from(double)
            }
        };
        line += source[at..end].iter().filter(|c| **c == '\n').count();
        at = end;
    }
    found
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The end of the comment, string, character or lifetime that begins at `at`, and whether it is a literal.
fn literal_or_comment(s: &[char], at: usize) -> Option<(usize, bool)> {
    let rest = &s[at..];
    let after_word = at > 0 && is_word(s[at - 1]);
    match rest {
        ['/', '/', ..] => Some((at + rest.iter().position(|c| *c == '\n').unwrap_or(rest.len()), false)),
        ['/', '*', ..] => Some((at + block_comment(rest), false)),
        ['"', ..] => Some((at + quoted(rest, 1), true)),
        ['b' | 'c', '"', ..] if !after_word => Some((at + quoted(rest, 2), true)),
        ['b' | 'c', 'r', '"' | '#', ..] if !after_word => raw_string(rest, 2).map(|end| (at + end, true)),
        ['r', '"' | '#', ..] if !after_word => raw_string(rest, 1).map(|end| (at + end, true)),
        ['b', '\'', ..] if !after_word => Some((at + character(rest, 2), true)),
        ['\'', '\\', ..] | ['\'', _, '\'', ..] => Some((at + character(rest, 1), true)),
        ['\'', ..] => Some((at + 1 + rest[1..].iter().position(|c| !is_word(*c)).unwrap_or(rest.len() - 1), false)),
        _ => None,
    }
}

fn block_comment(s: &[char]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < s.len() {
        match s[at..] {
            ['/', '*', ..] => (depth, at) = (depth + 1, at + 2),
            ['*', '/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn quoted(s: &[char], mut at: usize) -> usize {
    while at < s.len() && s[at] != '"' {
        at += if s[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(s.len())
}

/// `None` for a raw identifier (`r#type`).
fn raw_string(s: &[char], prefix: usize) -> Option<usize> {
    let fences = s[prefix..].iter().take_while(|c| **c == '#').count();
    let open = prefix + fences;
    if s.get(open) != Some(&'"') {
        return None;
    }
    let close: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', fences)).collect();
    let found = s[open + 1..].windows(close.len()).position(|w| w == close);
    Some(found.map_or(s.len(), |n| open + 1 + n + close.len()))
}

fn character(s: &[char], mut at: usize) -> usize {
    while at < s.len() && s[at] != '\'' {
        at += if s[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(s.len())
}

// --- what belongs to tests -----------------------------------------------------------------------------------------------------------

/// Marks the items under a test attribute, and returns all attributes.
fn mark_tests(tokens: &mut [Token]) -> Vec<(String, usize)> {
    let mut attributes = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let inner = tokens.get(at + 1).is_some_and(|t| t.text == "!");
        let open = at + 1 + usize::from(inner);
        if tokens[at].text != "#" || tokens.get(open).is_none_or(|t| t.text != "[") {
            at += 1;
            continue;
        }
        let close = matching(tokens, open);
        let attribute: String = tokens[open + 1..close].iter().map(|t| t.text.as_str()).collect();
        let is_test = attribute == "test" || attribute == "cfg(test)" || attribute.starts_with("cfg(all(test");
        attributes.push((attribute, tokens[at].line));
        if is_test {
            let end = if inner { tokens.len() } else { item_end(tokens, close + 1) };
            tokens[at..end].iter_mut().for_each(|t| t.test = true);
        }
        at = close + 1;
    }
    attributes
}

/// The place of the bracket that closes the one at `open`.
fn matching(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0;
    for (n, token) in tokens.iter().enumerate().skip(open) {
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return n;
        }
    }
    tokens.len().saturating_sub(1)
}

/// The end of the item (or field, or arm) that begins at `at`: its closing brace, or its semicolon.
fn item_end(tokens: &[Token], mut at: usize) -> usize {
    const ITEMS: [&str; 15] = [
        "pub",
        "fn",
        "mod",
        "impl",
        "use",
        "struct",
        "enum",
        "const",
        "static",
        "trait",
        "type",
        "async",
        "extern",
        "let",
        "macro_rules",
    ];
    while tokens.get(at).is_some_and(|t| t.text == "#") {
        at = matching(tokens, at + 1) + 1;
    }
    let is_item = tokens.get(at).is_some_and(|t| ITEMS.contains(&t.text.as_str()));
    while at < tokens.len() {
        match tokens[at].text.as_str() {
            "{" => return matching(tokens, at) + 1,
            "(" | "[" => at = matching(tokens, at),
            ";" => return at + 1,
            "," if !is_item => return at + 1,
            _ => {}
        }
        at += 1;
    }
    tokens.len()
}

// --- paths -----------------------------------------------------------------------------------------------------------------------------

struct Walk<'a> {
    tokens: &'a [Token],
    at: usize,
    /// Inline modules around `at`, each with the place of its closing brace.
    inside: Vec<(String, usize)>,
}

impl Walk<'_> {
    fn all(mut self) -> (Vec<Used>, Vec<String>) {
        let (mut paths, mut test_modules) = (Vec::new(), Vec::new());
        while self.at < self.tokens.len() {
            self.inside.retain(|(_, end)| self.at <= *end);
            if self.text(0) == "mod" && self.text(2) == "{" {
                self.inside.push((self.text(1).to_owned(), matching(self.tokens, self.at + 2)));
                self.at += 3;
            } else if self.text(0) == "mod" && self.text(2) == ";" {
                if self.tokens[self.at].test {
                    test_modules.push(self.text(1).to_owned());
                }
                self.at += 3;
            } else if self.starts_a_path() {
                self.path(Vec::new(), &mut paths);
            } else {
                self.at += 1;
            }
        }
        (paths, test_modules)
    }

    fn text(&self, ahead: usize) -> &str {
        self.tokens.get(self.at + ahead).map_or("", |t| t.text.as_str())
    }

    fn before(&self, back: usize) -> &str {
        self.at.checked_sub(back).map_or("", |n| self.tokens[n].text.as_str())
    }

    fn starts_a_path(&self) -> bool {
        let fresh = self.before(1) != "::" || !(self.at >= 2 && (self.tokens[self.at - 2].is_word() || self.before(2) == ">"));
        self.tokens[self.at].is_word() && fresh && (self.text(1) == "::" || self.before(1) == "use")
    }

    /// Reads one path or `use` tree below `prefix`; leaves `at` behind it.
    fn path(&mut self, mut prefix: Vec<String>, found: &mut Vec<Used>) {
        loop {
            if self.text(0) == "{" {
                return self.group(&prefix, found);
            }
            let known = self.text(0) == "*" || self.tokens.get(self.at).is_some_and(Token::is_word);
            if !known {
                return self.emit(prefix, found);
            }
            prefix.push(self.text(0).to_owned());
            self.at += 1;
            if self.text(0) != "::" {
                return self.emit(prefix, found);
            }
            self.at += 1;
        }
    }

    fn group(&mut self, prefix: &[String], found: &mut Vec<Used>) {
        let end = matching(self.tokens, self.at);
        self.at += 1;
        while self.at < end {
            match self.text(0) {
                "," | "::" => self.at += 1,
                _ => {
                    let before = self.at;
                    self.path(prefix.to_vec(), found);
                    self.at = self.at.max(before + 1);
                }
            }
        }
        self.at = end + 1;
    }

    fn emit(&mut self, segments: Vec<String>, found: &mut Vec<Used>) {
        let last = &self.tokens[self.at.clamp(1, self.tokens.len()) - 1];
        let renamed = self.text(0) == "as" && self.tokens.get(self.at + 1).is_some_and(|t| t.is_word() || t.text == "_");
        let inside = self.inside.iter().map(|(name, _)| name.clone()).collect();
        found.push(Used { segments, renamed, line: last.line, test: last.test, inside });
        if renamed {
            self.at += 2;
        }
    }
}
