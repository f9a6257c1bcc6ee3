//! fukan（封緘）: sealed, provable replies of medical insurers to municipalities' inquiries.
#![forbid(unsafe_code)]

pub mod base;
pub mod books;
pub mod desk;
pub mod file;
pub mod intake;
pub mod letter;
pub mod notice;
pub mod press;
pub mod proof;
pub mod seal;
pub mod world;
