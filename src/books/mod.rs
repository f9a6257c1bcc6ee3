//! 台帳: the office database (ledger, vault rows, numbers, commit, recovery).
