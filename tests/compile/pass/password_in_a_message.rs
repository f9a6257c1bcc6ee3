//! A password is shown by its own door alone.
use fukan::seal::Password;

pub fn message(password: &Password) -> String {
    format!("{:?}", password)
}

pub fn main() {}
