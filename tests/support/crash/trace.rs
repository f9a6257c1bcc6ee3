//! 記録: strace's lines back into calls. Every string was printed in hexadecimal (`-xx`), so no quote and no bracket is data.

use std::collections::BTreeMap;

/// One system call that came back.
#[derive(Debug)]
pub struct Call {
    pub name: String,
    pub args: Vec<String>,
    /// What it returned; negative when it failed.
    pub result: i64,
}

impl Call {
    /// An argument as a number, decimal or octal as strace prints it.
    pub fn number(&self, at: usize) -> i64 {
        let text = self.args.get(at).unwrap_or_else(|| panic!("argument {at} of {self:?}"));
        text.parse().unwrap_or_else(|_| panic!("a number: {text}"))
    }

    /// An argument as bytes.
    pub fn bytes(&self, at: usize) -> Vec<u8> {
        let text = self.args.get(at).unwrap_or_else(|| panic!("argument {at} of {self:?}"));
        let inner =
            text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or_else(|| panic!("a whole string: {text:.80}"));
        let digits = inner.split("\\x").skip(1);
        digits.map(|pair| u8::from_str_radix(pair, 16).unwrap_or_else(|_| panic!("hexadecimal: {pair}"))).collect()
    }

    /// An argument as a path.
    pub fn path(&self, at: usize) -> String {
        String::from_utf8(self.bytes(at)).expect("a path in UTF-8")
    }

    pub fn has(&self, at: usize, flag: &str) -> bool {
        self.args.get(at).is_some_and(|flags| flags.split('|').any(|one| one == flag))
    }
}

/// The calls of a recording, in the order in which they came back. One that never did (the process ended in it) did nothing.
pub fn parse(text: &str) -> Vec<Call> {
    let mut begun: BTreeMap<&str, &str> = BTreeMap::new();
    let mut calls = Vec::new();
    for line in text.lines() {
        let (thread, line) = line.split_once(' ').expect("a thread's number and a call");
        let line = line.trim_start();
        if line.starts_with("+++") || line.starts_with("---") {
            continue;
        }
        if let Some(head) = line.strip_suffix("<unfinished ...>") {
            begun.insert(thread, head.trim_end());
            continue;
        }
        match line.strip_prefix("<... ").and_then(|rest| rest.split_once(" resumed>")) {
            Some((_, tail)) => {
                let head = begun.remove(thread).expect("it was begun");
                calls.extend(call(&format!("{head} {tail}")));
            }
            None => calls.extend(call(line)),
        }
    }
    calls
}

fn call(line: &str) -> Option<Call> {
    let (name, rest) = line.split_once('(').unwrap_or_else(|| panic!("a call: {line:.200}"));
    let (args, after) = arguments(rest);
    let result = after.trim_start().strip_prefix('=').unwrap_or_else(|| panic!("a result: {line:.200}")).trim_start();
    let result = result.split([' ', '<']).next().unwrap_or_default();
    let result = match result.strip_prefix("0x") {
        Some(address) => i64::from_str_radix(address, 16).unwrap_or(i64::MAX),
        None if result == "?" => return None,
        None => result.parse().unwrap_or_else(|_| panic!("a result: {line:.200}")),
    };
    Some(Call { name: name.to_owned(), args, result })
}

/// The arguments up to the closing parenthesis, and what stands behind it.
fn arguments(text: &str) -> (Vec<String>, &str) {
    let (mut depth, mut quoted, mut from, mut args) = (0, false, 0, Vec::new());
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'(' | b'[' | b'{' => depth += 1,
            b')' if depth == 0 => {
                let last = text[from..at].trim();
                if !last.is_empty() {
                    args.push(last.to_owned());
                }
                return (args, &text[at + 1..]);
            }
            b')' | b']' | b'}' => depth -= 1,
            b',' if depth == 0 => {
                args.push(text[from..at].trim().to_owned());
                from = at + 1;
            }
            _ => {}
        }
    }
    panic!("no end: {text:.200}")
}
