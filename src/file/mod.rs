//! 形式: formats without meaning (ZIP, OPC parts, CSV, XLSX cells).

pub mod opc;
pub mod sheet;
pub mod zip;
