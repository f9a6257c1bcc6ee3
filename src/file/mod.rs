//! 形式: formats without meaning (ZIP, OPC parts, CSV, XLSX cells).

pub mod cell;
pub mod csv;
pub mod encoding;
pub mod listing;
pub mod opc;
pub mod xlsx;
pub mod zip;
