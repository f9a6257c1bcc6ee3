//! シェルと説明書: what `fukan completions` and `fukan man` print is taken by the programs it is for.

mod support;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use support::{Fukan, files_under, temp_dir};

const SHELLS: [&str; 4] = ["bash", "zsh", "fish", "powershell"];

fn script(shell: &str, lang: &str) -> String {
    let run = Fukan::new(["completions", shell, "--lang", lang]).run().expect_code(0);
    assert!(run.stderr.is_empty());
    run.out()
}

#[track_caller]
fn ran(program: &str, args: &[&str]) -> Output {
    let ran = Command::new(program).args(args).env("LC_ALL", "C.UTF-8").env("MANWIDTH", "90").env_remove("MANPAGER").output();
    ran.unwrap_or_else(|error| panic!("a witness is missing: run scripts/witnesses\n  {program}: {error}"))
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What bash offers when TAB is pressed behind these words.
fn offered(file: &Path, words: &[&str]) -> Vec<String> {
    let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    let line = format!(
        "source '{}'; COMP_WORDS=({}); COMP_CWORD={}; $(complete -p fukan | grep -o -- '-F [^ ]*' | cut -c4-) fukan '{}' '{}'; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        file.display(),
        quoted.join(" "),
        words.len() - 1,
        words[words.len() - 1],
        words[words.len().saturating_sub(2)],
    );
    said(&ran("bash", &["--norc", "-c", &line])).lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes_commands_options_and_values() {
    let folder = temp_dir();
    let file = folder.path().join("fukan.bash");
    fs::write(&file, script("bash", "ja")).expect("written");
    assert_eq!(said(&ran("bash", &["-n", file.to_str().expect("UTF-8")])), "");
    assert_eq!(offered(&file, &["fukan", "veri"]), ["verify"]);
    assert_eq!(offered(&file, &["fukan", "ledger", "du"]), ["due"]);
    assert_eq!(offered(&file, &["fukan", "pack", "--off"]), ["--office"]);
    assert_eq!(offered(&file, &["fukan", "pack", "--bundle", ""]), ["auto", "case", "requester"]);
    assert_eq!(offered(&file, &["fukan", "completions", ""]).iter().filter(|word| SHELLS.contains(&word.as_str())).count(), 4);
    // What it is to catch.
    assert_eq!(offered(&file, &["fukan", "zzz"]), [""]);
    fs::write(&file, "_fukan() { if").expect("written");
    assert!(!ran("bash", &["-n", file.to_str().expect("UTF-8")]).status.success());
}

/// zsh and fish read theirs without a complaint. (PowerShell is no Debian package: nobody judges that one here.)
#[test]
fn zsh_and_fish_read_their_scripts() {
    let folder = temp_dir();
    for shell in ["zsh", "fish"] {
        let file = folder.path().join(shell);
        for lang in ["ja", "en"] {
            fs::write(&file, script(shell, lang)).expect("written");
            assert_eq!(said(&ran(shell, &["-n", file.to_str().expect("UTF-8")])), "");
        }
        fs::write(&file, "if true\n").expect("written");
        assert!(!ran(shell, &["-n", file.to_str().expect("UTF-8")]).status.success(), "{shell}: what it is to catch");
    }
    fs::write(folder.path().join("f"), script("fish", "ja")).expect("written");
    let line = format!("source '{}'; complete -C 'fukan ledger d'", folder.path().join("f").display());
    assert!(said(&ran("fish", &["--no-config", "-c", &line])).starts_with("due\t"));
}

/// Every shell's script names every command, and speaks the language where the shell shows texts.
#[test]
fn every_shell_knows_every_command() {
    let folder = temp_dir();
    Fukan::new(["man", "--out"]).arg(folder.path()).run().expect_code(0);
    let commands: Vec<String> = files_under(folder.path())
        .iter()
        .filter_map(|path| Some(path.file_stem()?.to_str()?.strip_prefix("fukan-")?.to_owned()))
        .collect();
    assert!(commands.len() >= 16);
    for shell in SHELLS {
        let (japanese, english) = (script(shell, "ja"), script(shell, "en"));
        for command in &commands {
            // A shell names an inner command by its last word at least.
            let last = command.rsplit('-').next().unwrap_or(command);
            assert!(japanese.contains(last) && english.contains(last), "{shell}: {command}");
        }
        assert!(english.is_ascii(), "{shell}");
        let told = japanese.contains("回答を作り");
        assert_eq!(told, shell != "bash", "{shell}: bash shows no texts");
        assert!(!japanese.contains("Print help") && !japanese.contains("AES-256 zip"), "{shell}");
    }
}

#[test]
fn the_manual_can_be_read() {
    let folder = temp_dir();
    for (lang, headings) in
        [("ja", ["名前", "書式", "説明", "オプション"]), ("en", ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS"])]
    {
        let out = folder.path().join(lang);
        Fukan::new(["man", "--lang", lang, "--out"]).arg(&out).run().expect_code(0);
        // Again, as after an update: the pages are replaced.
        Fukan::new(["man", "--lang", lang, "--out"]).arg(&out).run().expect_code(0);
        let pages = files_under(&out);
        assert!(pages.len() >= 17 && pages.iter().all(|page| page.extension().is_some_and(|e| e == "1")), "{pages:?}");
        for page in &pages {
            let page = page.to_str().expect("UTF-8");
            // -ww: every warning of the typesetter is one.
            said(&ran("groff", &["-Kutf8", "-Tutf8", "-man", "-ww", page]));
            let shown = said(&ran("man", &["-l", page]));
            for heading in headings {
                assert!(shown.lines().any(|line| line == heading), "{page}: {heading}\n{shown}");
            }
        }
        let main = Fukan::new(["man", "--lang", lang]).run().expect_code(0).out();
        assert_eq!(main.trim_end(), fs::read_to_string(out.join("fukan.1")).expect("the main page").trim_end());
    }
    // What it is to catch.
    let broken = folder.path().join("broken.1");
    fs::write(&broken, ".TH x 1\n.SH NAME\nx \\- \\f(ZZ x\n.in +\n").expect("written");
    let warned = ran("groff", &["-Kutf8", "-Tutf8", "-man", "-ww", broken.to_str().expect("UTF-8")]);
    assert!(!warned.stderr.is_empty());
}

/// LC_ALL before LC_MESSAGES before LANG, and `--lang` before all of them; Japanese when unsure.
#[test]
fn the_language_is_the_shells() {
    let (ja, en) = (true, false);
    for (environment, option, japanese) in [
        (&[("LANG", "ja_JP.UTF-8")][..], None, ja),
        (&[("LANG", "en_GB.UTF-8")], None, en),
        (&[("LANG", "en_GB.UTF-8"), ("LC_MESSAGES", "ja_JP.UTF-8")], None, ja),
        (&[("LANG", "ja_JP.UTF-8"), ("LC_MESSAGES", "ja_JP.UTF-8"), ("LC_ALL", "en_US")], None, en),
        (&[("LANG", "C")], None, ja),
        (&[("LANG", "")], None, ja),
        (&[("LC_ALL", "en_US.UTF-8")], Some("ja"), ja),
        (&[("LC_ALL", "ja_JP.UTF-8")], Some("en"), en),
    ] {
        let run = environment.iter().fold(Fukan::new(["--help"]), |run, (name, value)| run.env(name, value));
        let run = option.into_iter().fold(run, |run, lang| run.arg("--lang").arg(lang));
        assert_eq!(run.run().expect_code(0).out().contains("使い方"), japanese, "{environment:?} {option:?}");
    }
}
