//! 文書: wording (text templates with a closed set of slots) and the letter as blocks.
