//! 文面一式: every text of an office: the built-in ones, and its own in their places (the folder `wording/`).
//!
//! An own text is held against the built-in one of that name: what a letter must say it must say too, and what has no value there
//! can't be printed there. So a text that loads can be stamped, whatever the case.

use super::kind::LetterKind;
use super::mail::MailWording;
use super::phrase::Phrases;
use super::slot::Slot;
use super::tag::{self, Tag};
use super::wording::{BadWording, Wording};
use crate::base::fault::FileName;
use crate::base::near;
use crate::base::{Arg, At, Fault, code};

/// 文面一式.
pub struct Texts {
    letters: Vec<(LetterKind, Wording)>,
    /// 文例
    pub phrases: Phrases,
    /// 電子メール
    pub mail: MailWording,
}

/// Who we are and whom to ask: an office may leave it out where it likes.
const FREE: [Slot; 9] = [
    Slot::Sender,
    Slot::SenderTitle,
    Slot::ContactSection,
    Slot::ContactPerson,
    Slot::ContactPhone,
    Slot::SentOn,
    Slot::Procedure,
    Slot::EnvelopeMarks,
    Slot::MailPart,
];
/// What every letter about a case has besides what the built-in one prints.
const OF_A_CASE: [Slot; 3] = [Slot::CaseNumber, Slot::SubjectAddress, Slot::ReceivedAt];

impl Texts {
    /// The built-in ones.
    pub fn built_in() -> Result<Self, Fault> {
        let letters = LetterKind::ALL.into_iter().map(|kind| {
            let (file, text) = kind.wording();
            Ok((kind, Wording::read(text).map_err(|bad| bad.fault(file))?))
        });
        Ok(Self {
            letters: letters.collect::<Result<_, Fault>>()?,
            phrases: Phrases::read(Phrases::BUILT_IN.1).map_err(|bad| bad.fault(Phrases::BUILT_IN.0))?,
            mail: MailWording::read(MailWording::BUILT_IN.1).map_err(|bad| bad.fault(MailWording::BUILT_IN.0))?,
        })
    }

    /// The built-in files, by name: what an office starts from.
    pub fn files() -> impl Iterator<Item = (&'static str, &'static str)> {
        LetterKind::ALL.into_iter().map(LetterKind::wording).chain([Phrases::BUILT_IN, MailWording::BUILT_IN])
    }

    /// Takes an own text in the place of the built-in one of its name. Phrases are taken one by one: the others stay.
    /// Returns everything that is wrong with it; the built-in one stays where anything is.
    pub fn replace(&mut self, name: &str, text: &str) -> Vec<Fault> {
        let shown = format!("wording/{name}");
        let told = |bad: Vec<BadWording>| bad.iter().map(|bad| bad.fault(&shown)).collect::<Vec<_>>();
        let held = |bad: Vec<BadWording>, built_in, is_reply| match bad.is_empty() {
            true => compare(&shown, text, built_in, is_reply),
            false => told(bad),
        };
        let kind = LetterKind::ALL.into_iter().find(|kind| kind.wording().0 == name);
        match (kind, name) {
            (Some(kind), _) => {
                let (wording, bad) = Wording::read_all(text);
                let faults = held(bad, kind.wording().1, kind.is_reply());
                if faults.is_empty() {
                    self.letters.retain(|(own, _)| *own != kind);
                    self.letters.push((kind, wording));
                }
                faults
            }
            (None, "phrases.txt") => told(self.phrases.take(text)),
            (None, "mail.txt") => {
                let (mail, bad) = MailWording::read_all(text);
                let faults = held(bad, MailWording::BUILT_IN.1, false);
                if faults.is_empty() {
                    self.mail = mail;
                }
                faults
            }
            (None, _) => {
                let nearest = near::nearest(name, Self::files().map(|(name, _)| name));
                let fault = Fault::new(code::WORDING_FILE).within(&FileName::named(&shown, 1), At::Line(0));
                vec![fault.with("nearest", Arg::named(nearest))]
            }
        }
    }

    /// The text of a kind of letter.
    pub fn letter(&self, kind: LetterKind) -> Result<&Wording, Fault> {
        let found = self.letters.iter().find(|(own, _)| *own == kind);
        found.map(|(_, wording)| wording).ok_or_else(|| Fault::new(code::OURS))
    }
}

/// A slot in a text: its line, and whether the line is only there under a condition.
struct Use {
    line: usize,
    slot: Slot,
    is_conditional: bool,
}

fn uses(text: &str) -> Vec<Use> {
    let mut found = Vec::new();
    let lines = text.lines().enumerate().filter(|(_, line)| !line.starts_with('#'));
    for (index, line) in lines {
        let tags = tag::cut(line).unwrap_or_default();
        let is_conditional = tags.iter().any(|tag| matches!(tag, Tag::If(_)));
        let slots = tags.iter().filter_map(|tag| if let Tag::Slot(slot) | Tag::If(slot) = tag { Some(*slot) } else { None });
        found.extend(slots.map(|slot| Use { line: index + 1, slot, is_conditional }));
    }
    found
}

/// Holds an own text against the built-in one: nothing that must stand there is missing, nothing stands there that has no value.
fn compare(name: &str, own: &str, built_in: &str, about_a_case: bool) -> Vec<Fault> {
    let (own_uses, known) = (uses(own), uses(built_in));
    let always = |slot: Slot| {
        let printed = known.iter().any(|known| known.slot == slot && !known.is_conditional);
        printed || (about_a_case && OF_A_CASE.contains(&slot))
    };
    let at = |code, line: usize| Fault::new(code).within(&FileName::named(name, 1), At::Line(line as u64));
    let mut faults = Vec::new();
    for used in &own_uses {
        let why = match (always(used.slot), known.iter().any(|known| known.slot == used.slot)) {
            (true, _) => continue,
            (false, true) if used.is_conditional => continue,
            (false, true) => "値のないことがある差し込み欄です。行に {{?名前}} を付けてください",
            (false, false) => "この文書には、その差し込み欄の値がありません",
        };
        let fault = at(code::WORDING_SLOT, used.line).with("name", Arg::named([used.slot.name()]));
        faults.push(fault.with("why", Arg::ours(why)));
    }
    let said = |slot: Slot| own_uses.iter().any(|used| used.slot == slot && !used.is_conditional);
    let mut missing: Vec<Slot> = known.iter().filter(|known| !known.is_conditional).map(|known| known.slot).collect();
    missing.retain(|slot| !FREE.contains(slot) && !said(*slot));
    missing.sort_unstable();
    missing.dedup();
    if !missing.is_empty() {
        let missing = Arg::named(missing.iter().map(|slot| slot.name()));
        faults.push(at(code::WORDING_LACKS, own.lines().count().max(1)).with("missing", missing));
        return faults;
    }
    let foot: Vec<&str> = own.lines().filter(|line| line.starts_with("［下欄］") || line.starts_with("[下欄]")).collect();
    let foot = foot.join("\n");
    let bound = built_in.lines().any(|line| line.starts_with("［下欄］") && line.contains("{{照合番号}}"));
    if bound && !uses(&foot).iter().any(|used| used.slot == Slot::PairingCode && !used.is_conditional) {
        let missing = Arg::named([Slot::PairingCode.name()]);
        faults.push(at(code::WORDING_LACKS, own.lines().count().max(1)).with("missing", missing));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(name: &str, from: &str, to: &str) -> (&'static str, Option<At>) {
        let text = Texts::files().find(|(own, _)| *own == name).expect("a file").1;
        assert!(text.contains(from), "{from}");
        let faults = Texts::built_in().expect("built in").replace(name, &text.replace(from, to));
        let fault = faults.first().expect("refused");
        assert_eq!(fault.place.file.as_ref().map(FileName::as_str), Some(format!("wording/{name}").as_str()));
        (fault.code.as_str(), fault.place.at)
    }

    #[test]
    fn every_built_in_text_may_stand_in_its_own_place() {
        let mut texts = Texts::built_in().expect("built in");
        for (name, text) in Texts::files() {
            assert_eq!(texts.replace(name, text), [], "{name}");
        }
    }

    #[test]
    fn what_must_be_said_and_what_has_no_value_is_told() {
        let lines = |name: &str| Texts::files().find(|(own, _)| *own == name).map(|(_, text)| text.lines().count() as u64);
        let end = |name| lines(name).map(At::Line);
        // Whom the answer is about, what it is, and what binds it to its envelope.
        assert_eq!(refused("reply.txt", "{{対象者フリガナ}}", "ヤマダ"), ("FK-4040", end("reply.txt")));
        assert_eq!(refused("reply.txt", "{{明細.内容}}", ""), ("FK-4040", end("reply.txt")));
        assert_eq!(refused("reply.txt", "照合番号　{{照合番号}}", ""), ("FK-4040", end("reply.txt")));
        assert_eq!(
            refused("reply.txt", "［下欄］", "［右］{{照合番号}}\n［下欄］{{文書番号}}\n［小］"),
            ("FK-4040", Some(At::Line(42)))
        );
        let only_sometimes = "［右］{{照合番号}}\n［下欄］{{?経緯}}{{照合番号}}{{頁}}";
        assert_eq!(refused("reply.txt", "［下欄］", &format!("{only_sometimes}\n［小］")).0, "FK-4040");
        assert_eq!(refused("not_found.txt", "{{記録確認日時}}", "本日"), ("FK-4040", end("not_found.txt")));
        assert_eq!(refused("mail.txt", "{{照合番号}}", ""), ("FK-4040", end("mail.txt")));
        // Values that are not there, or not always.
        assert_eq!(refused("reply.txt", "{{手続名}}", "{{手続名}}{{代表番号}}"), ("FK-4042", Some(At::Line(19))));
        assert_eq!(refused("reply.txt", "{{?照会対象期間}}", ""), ("FK-4042", Some(At::Line(21))));
        // Names.
        assert_eq!(refused("reply.txt", "{{手続名}}", "{{手続の名}}"), ("FK-4002", Some(At::Line(19))));
        let faults = Texts::built_in().expect("built in").replace("repley.txt", "");
        assert_eq!(faults.iter().map(|fault| fault.code).collect::<Vec<_>>(), [code::WORDING_FILE]);
    }

    #[test]
    fn what_is_free_may_go_and_what_a_case_has_may_come() {
        let mut texts = Texts::built_in().expect("built in");
        let own = LetterKind::Reply.wording().1.replace("　{{担当者}}", "").replace("{{手続名}}", "{{受付番号}}");
        assert_eq!(texts.replace("reply.txt", &own), []);
        let mail = MailWording::BUILT_IN.1.replace("{{別便の件名}}", "");
        assert_eq!(texts.replace("mail.txt", &mail), []);
        assert_eq!(texts.replace("phrases.txt", "値・現在加入中＝加入しています\n"), []);
        assert_eq!(texts.phrases.get(super::super::Phrase::StillMember), "加入しています");
        assert_eq!(texts.phrases.get(super::super::Phrase::None), "なし");
        // A phrase that says less than it must loses data.
        for bad in ["給付・一件＝{金額}", "値・謎＝謎", "値・なし＝無\n値・なし＝無", "値・なし"] {
            assert_eq!(texts.replace("phrases.txt", bad).len(), 1, "{bad}");
        }
        let faults = texts.replace("phrases.txt", "引用・文書＝文書で照会のあった\n値・謎＝謎\n値・なし＝無\n");
        let lines: Vec<Option<At>> = faults.iter().map(|fault| fault.place.at).collect();
        assert_eq!(lines, [Some(At::Line(1)), Some(At::Line(2))], "each is told");
        assert!(faults[0].args.iter().any(|(name, arg)| *name == "name" && arg.as_str().contains("{受付日}")));
        assert_eq!(texts.phrases.get(super::super::Phrase::None), "無", "the good ones are taken");
    }
}
