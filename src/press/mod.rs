//! 印刷: blocks -> form -> plate -> stamped .docx; merge; reading the text of a .docx back.
