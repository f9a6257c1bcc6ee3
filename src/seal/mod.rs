//! 封緘: archives, keys and sealed values, passwords. Bytes in, bytes out.
