//! 文書の約束: links lead somewhere, printed commands are the program's own, every rule of the notice is told with tests that exist.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Every Markdown file of the project, none of what is built or installed.
fn pages() -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("folder").flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = entry.path();
            if path.is_dir() && !name.starts_with('.') && name != "target" && name != "out" {
                walk(&path, found);
            } else if name.ends_with(".md") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(Path::new(env!("CARGO_MANIFEST_DIR")), &mut found);
    found.sort();
    found
}

fn page(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect(name)
}

/// The targets of `[text](target)` outside code.
fn links(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut fenced = false;
    for line in text.lines() {
        fenced ^= line.trim_start().starts_with("```");
        if fenced || line.starts_with("    ") {
            continue;
        }
        let without_code: String = line.split('`').step_by(2).collect();
        for part in without_code.split("](").skip(1) {
            found.extend(part.split_once(')').map(|(target, _)| target.to_owned()));
        }
    }
    found
}

fn broken_links(of: &Path, text: &str) -> Vec<String> {
    let relative = links(text).into_iter().filter(|link| !link.contains("://") && !link.starts_with(['#', '<']));
    let folder = of.parent().expect("folder");
    relative.filter(|link| !folder.join(link.split('#').next().unwrap_or_default()).exists()).collect()
}

#[test]
fn every_relative_link_leads_somewhere() {
    let pages = pages();
    assert!(pages.len() > 12, "{pages:?}");
    for path in pages {
        let broken = broken_links(&path, &fs::read_to_string(&path).expect("page"));
        assert!(broken.is_empty(), "{}: {broken:?}", path.display());
    }
    // A planted one is found.
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    assert_eq!(broken_links(&here, "see [a](nowhere.md), [b](README.md#x) and `[c](d.md)`"), ["nowhere.md"]);
}

/// The command lines a page prints: `fukan …` or `cargo run --release -- …`, a line of their own.
fn commands(text: &str) -> Vec<Vec<String>> {
    let told = |line: &str| {
        let line = line.trim_start();
        let rest = line.strip_prefix("cargo run --release -- ").or_else(|| line.strip_prefix("fukan "))?;
        Some(rest.split_whitespace().map(str::to_owned).collect())
    };
    text.lines().filter(|line| line.starts_with("    ")).filter_map(told).collect()
}

/// Whether clap takes these words: everything as it stands, with `--help` behind it, and each flag among those that help names.
fn parses(words: &[String]) -> bool {
    let mut subcommand: Vec<&String> = Vec::new();
    let mut skip = false;
    for word in words {
        match (skip, word.as_str()) {
            (true, _) => skip = false,
            (false, "--lang") => skip = true,
            (false, "--json") => {}
            _ if !word.starts_with('-') && word.chars().all(|c| c.is_ascii_lowercase() || c == '-') && subcommand.len() < 2 => {
                subcommand.push(word);
            }
            _ => break,
        }
    }
    let takes = |names: &[&String]| {
        let ran = Command::new(env!("CARGO_BIN_EXE_fukan")).args(names).arg("--help").output().expect("fukan");
        (ran.status.code() == Some(0)).then(|| String::from_utf8_lossy(&ran.stdout).into_owned())
    };
    // The second word may be an operand (`init myoffice`) rather than a command.
    let is_group = subcommand.first().is_some_and(|name| ["ledger", "vault", "forms"].contains(&name.as_str()));
    let Some(help) = takes(&subcommand[..if is_group { subcommand.len() } else { subcommand.len().min(1) }]) else {
        return false;
    };
    let known: BTreeSet<&str> =
        help.split(|c: char| c.is_whitespace() || c == ',' || c == '[').filter(|w| w.starts_with("--")).collect();
    let flags = words.iter().filter(|word| word.starts_with("--")).map(|word| word.split('=').next().unwrap_or_default());
    let required: Vec<&str> = help.lines().find(|l| l.contains("fukan ")).unwrap_or_default().split_whitespace().collect();
    let needs = |flag: &str| !required.contains(&flag) || words.iter().any(|word| word == flag);
    flags.into_iter().all(|flag| known.contains(flag)) && needs("--office") && needs("--out")
}

#[test]
fn every_printed_command_is_the_programs_own() {
    let mut seen = 0;
    for name in ["README.md", "examples/README.md", "CONTRIBUTING.md", "SECURITY.md"] {
        for words in commands(&page(name)) {
            assert!(parses(&words), "{name}: fukan {}", words.join(" "));
            seen += 1;
        }
    }
    assert!(seen >= 15, "{seen}");
    let wrong = |line: &str| !parses(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
    assert!(wrong("seal x --office o"));
    assert!(wrong("ledger say --office o"));
    assert!(wrong("pack x --office o --out out --format-of zip"));
    assert!(wrong("pack x --office o"));
}

/// `tests/…` paths that a page names in code.
fn named_tests(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).filter(|code| code.starts_with("tests/") && !code.contains(['*', ' '])).collect()
}

#[test]
fn every_rule_of_the_notice_has_its_row_and_its_tests() {
    let text = page("docs/notice.md");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for n in 1..=18 {
        let start = format!("| N{n} |");
        let row = text.lines().find(|line| line.starts_with(&start)).unwrap_or_else(|| panic!("no row N{n}"));
        assert!(!named_tests(row).is_empty(), "N{n} names no test");
    }
    for path in named_tests(&text) {
        assert!(root.join(path).exists(), "{path}");
    }
}

#[test]
fn every_setting_of_a_new_office_is_explained() {
    let (readme, format) = (page("README.md"), page("docs/formats/office.md"));
    assert!(readme.contains("## 事務所の設定"));
    for line in page("templates/office/office.toml").lines() {
        let plain = line.trim_start_matches(['#', ' ']);
        let Some((key, _)) = plain.split_once(" = ").filter(|(key, _)| key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
        else {
            continue;
        };
        for page in [&readme, &format] {
            assert!(page.split('`').any(|code| code.rsplit([' ', '.']).next() == Some(key)), "{key}");
        }
    }
    for heading in page("templates/office/partners.csv").trim_start_matches('\u{FEFF}').trim().split(',') {
        assert!(readme.contains(heading) && format.contains(heading), "{heading}");
    }
}

#[test]
fn the_case_file_page_names_every_field() {
    let page = page("docs/formats/case-file.md");
    let fields = fukan::intake::fields::FIELDS;
    let is_group = |key: &str| fields.iter().any(|(other, _)| other.starts_with(&format!("{key}.")));
    for (key, heading) in fields.iter().filter(|(key, _)| !is_group(key)) {
        let last = |path: &'static str, by: char| path.rsplit(by).next().unwrap_or(path);
        assert!(page.contains(last(key, '.')), "{key}");
        assert!(page.contains(last(heading, '_')), "{heading}");
    }
}

/// A picture of every kind of letter, made by `scripts/gallery`: small, and nothing but a picture in it.
#[test]
fn every_kind_of_letter_has_its_picture() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/gallery");
    for kind in fukan::letter::LetterKind::ALL {
        assert!(folder.join(format!("{}.png", kind.id())).is_file(), "{}: run scripts/gallery", kind.id());
    }
    let index = page("docs/gallery/README.md");
    let mut pictures = 0;
    for entry in fs::read_dir(&folder).expect("docs/gallery").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name == "README.md" {
            continue;
        }
        pictures += 1;
        assert!(index.contains(&format!("({name})")), "{name} is not told of in docs/gallery/README.md");
        let bytes = fs::read(entry.path()).expect("a picture");
        assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n") && bytes.len() <= 100 * 1024, "{name}: {} bytes", bytes.len());
        let mut at = 8;
        while let Some(length) = bytes.get(at..at + 4) {
            let length = u32::from_be_bytes(length.try_into().expect("four")) as usize;
            let kind = &bytes[at + 4..at + 8];
            assert!([&b"IHDR"[..], b"IDAT", b"IEND"].contains(&kind), "{name}: {}", String::from_utf8_lossy(kind));
            at += 12 + length;
        }
    }
    assert!(pictures > fukan::letter::LetterKind::ALL.len());
    let shown = page("README.md").matches("![").count();
    assert!(shown >= 3, "README.md shows {shown} letters");
}

/// 差し込み欄の一覧 of docs/formats/forms.md: one table a kind of letter.
fn fields() -> String {
    use fukan::letter::{LetterKind, List, needs};
    let texts: toml::Table = toml::from_str(&page("templates/messages/ja.toml")).expect("TOML");
    let mut out = String::new();
    for kind in LetterKind::ALL {
        let name = texts["ui"]["letter"][kind.id()].as_str().expect("a name");
        out += &format!("\n### `{}.docx` {name}\n\n| 差し込み欄 | | 例 |\n|---|---|---|\n", kind.id());
        let values = fukan::press::sample_values(kind);
        for slot in needs::usable(kind) {
            let rows = List::ALL.into_iter().flat_map(|list| values.rows(list)).find_map(|row| row.get(slot));
            let example = values.get(slot).or(rows).unwrap_or_default().replace('\n', "⏎").replace('|', "\\|");
            let example = match example.chars().count() {
                0..=30 => example,
                _ => example.chars().take(29).chain(['…']).collect(),
            };
            let required = needs::required(kind).contains(&slot) || (slot.name() == "照合番号" && !kind.is_internal());
            let note = if required {
                "必須"
            } else if needs::is_optional(slot) {
                "空もある"
            } else {
                ""
            };
            out += &format!("| `{{{{{}}}}}` | {note} | {example} |\n", slot.name());
        }
    }
    out
}

#[test]
fn every_field_of_a_form_is_told() {
    const PAGE: &str = "docs/formats/forms.md";
    let text = page(PAGE).replace("\r\n", "\n");
    let begin = text.find("<!-- ここから").and_then(|at| Some(at + text[at..].find("-->")? + 4)).expect("the mark");
    let told = format!("{}{}", &text[..begin], fields());
    if std::env::var_os("FUKAN_BLESS").is_some_and(|v| v == "1") {
        fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE), &told).expect("written");
    }
    assert!(
        page(PAGE).replace("\r\n", "\n") == told,
        "{PAGE} is not what the program takes: FUKAN_BLESS=1 cargo test --test docs every_field"
    );
    for slot in fukan::letter::Slot::ALL {
        let mailed =
            ["添付ファイル名", "添付ファイルの大きさ", "添付ファイルの開き方", "別便の案内", "別便の件名"].contains(&slot.name());
        let unused = slot.name() == "対象者記号番号";
        assert!(mailed || unused || told.contains(&format!("`{{{{{}}}}}`", slot.name())), "{}", slot.name());
    }
}
