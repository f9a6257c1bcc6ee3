//! 受入: bytes -> CaseFile -> Inquiry; office.toml and partners.csv.
