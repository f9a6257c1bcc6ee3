//! Tests of the texts themselves: both languages say the same things, every code is told, nothing is left over.

use super::message::{Lang, Messages, name};
use fukan::base::code;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn both() -> (Messages, Messages) {
    (Messages::load(Lang::Ja), Messages::load(Lang::En))
}

fn names(text: &str) -> BTreeSet<&str> {
    text.match_indices('{').filter_map(|(at, _)| name(&text[at..])).collect()
}

/// The text outside of its clauses.
fn outside(text: &str) -> String {
    text.split('〔')
        .enumerate()
        .map(|(i, part)| if i == 0 { part } else { part.split_once('〕').map_or("", |(_, rest)| rest) })
        .collect()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The library's sources that make faults, up to their tests, without comments.
fn sources(dir: &Path, out: &mut String) {
    for entry in std::fs::read_dir(dir).expect("folder").flatten() {
        let path = entry.path();
        if path.is_dir() && !path.ends_with("cli") {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("tests.rs") {
            let text = std::fs::read_to_string(&path).expect("source");
            let text = text.split("#[cfg(test)]").next().unwrap_or_default();
            if path.ends_with("samples.rs") || !text.contains("Arg::") && !text.contains("fn reason(") {
                continue;
            }
            text.lines().filter(|line| !line.trim_start().starts_with("//")).for_each(|line| {
                let _ = writeln!(out, "{line}");
            });
        }
    }
}

#[test]
fn every_code_has_both_texts_and_no_text_is_left_over() {
    let codes: BTreeSet<&str> = code::ALL.iter().map(|code| code.as_str()).collect();
    for messages in [both().0, both().1] {
        assert_eq!(messages.codes.keys().map(String::as_str).collect::<BTreeSet<_>>(), codes);
        for (code, text) in &messages.codes {
            assert!(!text.what.is_empty() && !text.fix.is_empty(), "{code}");
            let closed = |text: &str| text.trim_end_matches('〕').ends_with(['。', '.']);
            assert!(!closed(&text.what) && closed(&text.fix), "{code}");
        }
    }
}

#[test]
fn both_languages_fill_in_the_same() {
    let (ja, en) = both();
    for (code, text) in &ja.codes {
        assert_eq!(names(&text.what), names(&en.codes[code].what), "{code}");
        assert_eq!(names(&text.fix), names(&en.codes[code].fix), "{code}");
    }
    for (of_ja, of_en) in [(&ja.ui, &en.ui), (&ja.help, &en.help)] {
        assert!(
            of_ja.keys().eq(of_en.keys()),
            "{:?}",
            of_ja.keys().collect::<BTreeSet<_>>().symmetric_difference(&of_en.keys().collect())
        );
        for (key, text) in of_ja {
            assert_eq!(names(text), names(&of_en[key]), "{key}");
        }
    }
    assert!(ja.why.keys().all(|key| en.why.contains_key(key)));
}

#[test]
fn what_a_fault_may_lack_stands_in_a_clause() {
    let mut text = String::new();
    sources(&root().join("src"), &mut text);
    for messages in [both().0, both().1] {
        for (code, own) in &messages.codes {
            for part in [&own.what, &own.fix] {
                assert!(names(&outside(part)).is_empty(), "{code}: {part}");
                assert_eq!(part.matches('〔').count(), part.matches('〕').count(), "{code}");
                for name in names(part) {
                    assert!(text.contains(&format!("\"{name}\", Arg::")), "{code}: nobody fills in {name}");
                }
            }
        }
    }
}

#[test]
fn every_reason_of_ours_is_told_in_english() {
    let mut text = String::new();
    sources(&root().join("src"), &mut text);
    let en = both().1;
    // A reason is a sentence: that tells it from headings and names.
    let literals = text.lines().flat_map(|line| line.split('"').skip(1).step_by(2));
    let sentences = literals.filter(|literal| ["です", "ます", "ません", "ください"].iter().any(|end| literal.ends_with(end)));
    let missing: BTreeSet<&str> = sentences.filter(|literal| !en.why.contains_key(*literal)).collect();
    assert!(missing.is_empty(), "add to [why] of en.toml: {missing:#?}");
}

#[test]
fn the_list_of_errors_is_up_to_date() {
    let path = root().join("docs/errors.md");
    let list = errors_md();
    if std::env::var_os("FUKAN_BLESS").is_some_and(|v| v == "1") {
        std::fs::write(&path, &list).expect("written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(kept == list, "docs/errors.md is not what the texts say: run FUKAN_BLESS=1 cargo test --bin fukan errors");
}

/// docs/errors.md: Japanese first, then English, a table for each thousand.
fn errors_md() -> String {
    let (ja, en) = both();
    let mut out = String::from(
        "<!-- templates/messages/{ja,en}.toml から作られる。直接直さないこと: FUKAN_BLESS=1 cargo test --bin fukan errors -->\n\n",
    );
    let groups = [
        ('1', "受入（照会ファイル、事務所の設定）", "Intake (case files, office settings)"),
        ('2', "照会者と宛先", "Requester and destination"),
        ('3', "照合（本人の確認）", "Matching (who is it?)"),
        ('4', "文面と様式", "Wording and forms"),
        ('5', "封緘と保管庫", "Seal and vault"),
        ('6', "処理と台帳", "Desk and ledger"),
        ('9', "fukan自身", "fukan itself"),
    ];
    out.push_str("# エラーの一覧\n\n番号は変わりません。どの表示にも照会や加入者の値は含まれません。〔　〕の中は、分かるときだけ表示されます。\n同じ番号が、設定や場面によりエラー、保留又は警告として表示されることがあります。\n");
    for (digit, title, _) in groups {
        section(&mut out, &ja, digit, title, ["コード", "内容", "対処"]);
    }
    out.push_str("\n# List of errors (English)\n\nNumbers never change. No message holds a value of a case. What stands in 〔 〕 is shown only when it is known.\nThe same number may be an error, a hold or a warning, as settings and circumstances have it.\n");
    for (digit, _, title) in groups {
        section(&mut out, &en, digit, title, ["Code", "What", "What to do"]);
    }
    out
}

fn section(out: &mut String, messages: &Messages, digit: char, title: &str, heads: [&str; 3]) {
    let _ = writeln!(out, "\n## {digit}xxx {title}\n\n| {} | {} | {} |\n|---|---|---|", heads[0], heads[1], heads[2]);
    let cell = |text: &str| text.replace('|', "\\|").replace('<', "&lt;");
    for (code, text) in messages.codes.iter().filter(|(code, _)| code.chars().nth(3) == Some(digit)) {
        let _ = writeln!(out, "| {code} | {} | {} |", cell(&text.what), cell(&text.fix));
    }
}
