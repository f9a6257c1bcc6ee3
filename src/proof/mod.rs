//! 証明: 照合番号, the gate, verify.
