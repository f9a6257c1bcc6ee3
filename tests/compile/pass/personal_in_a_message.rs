//! What is personal is printed nowhere by accident.
use fukan::base::{Personal, SafeText};

pub fn message(kana: &Personal<SafeText>) -> String {
    format!("{:?}", kana)
}

pub fn main() {}
