//! fukan（封緘）: sealed, provable replies of medical insurers to municipalities' inquiries.
#![forbid(unsafe_code)]

pub mod base;
