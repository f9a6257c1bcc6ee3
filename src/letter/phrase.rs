//! 文例: the sentences that are chosen by what a case says, kept in `templates/letters/phrases.txt`.

use super::wording::{BadWording, Why};

macro_rules! phrases {
    ($($(#[doc = $doc:literal])* $variant:ident $name:literal [$($arg:literal),*];)+) => {
        /// 文例の名前.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Phrase {
            $($(#[doc = $doc])* $variant,)+
        }

        impl Phrase {
            /// Every phrase.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Its name in the file.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// What may stand in braces in it.
            pub const fn args(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &[$($arg),*],)+ }
            }
        }
    };
}

phrases! {
    /// A written inquiry with number and date.
    CitedByNumber "引用・文書番号あり" ["日付", "番号"];
    /// With a number alone.
    CitedByNumberAlone "引用・文書番号のみ" ["番号"];
    /// A written inquiry without either.
    CitedByReceipt "引用・文書" ["受付日"];
    /// By telephone.
    CitedByPhone "引用・電話" ["受付日"];
    /// One of several documents, in a row of them.
    CitedDocument "引用・文書名" ["日付", "番号"];
    /// More documents than are said one by one.
    CitedDocuments "引用・文書番号・ほか" ["文書", "数"];
    /// More days of documents without a number than are said one by one.
    CitedReceipts "引用・文書・ほか" ["自", "至", "数"];
    /// More days of calls than are said one by one.
    CitedCalls "引用・電話・ほか" ["自", "至", "数"];
    /// Between citations of different kinds, before the last.
    CitedNext "引用・区切り・次" [];
    /// Between the last two citations of different kinds.
    CitedToo "引用・区切り" [];
    /// Between what stands in a row, before the last.
    ListNext "並び・次" [];
    /// Between the last two of a row.
    ListLast "並び・最後" [];
    /// The subject's brackets.
    MarkReply "種別・回答" [];
    /// Reissued.
    MarkReissue "種別・再発行" [];
    /// A request.
    MarkRequest "種別・依頼" [];
    /// A notice.
    MarkNotice "種別・通知" [];
    /// Corrected.
    MarkCorrection "種別・訂正" [];
    /// After our own request.
    EarlierAsked "経緯・追加情報" ["日付", "番号"];
    /// A correction.
    EarlierCorrected "経緯・訂正" ["日付", "番号"];
    /// A reissue.
    EarlierReissued "経緯・再発行" ["日付", "番号"];
    /// After an earlier notice of delay.
    EarlierDelayed "経緯・回答の予定" ["日付", "番号"];
    /// What a mail or cover brings was sent before, under this number, and is corrected.
    SentCorrected "経緯・訂正の送付" ["番号"];
    /// What a mail or cover brings was sent before, under this number.
    SentAgain "経緯・再発行の送付" ["番号"];
    /// On the envelope of a letter to a person.
    Confidential "封筒・親展" [];
    /// To an office.
    ToOffice "宛名・御中" ["名"];
    /// To a person or office-holder.
    ToPerson "宛名・様" ["名"];
    /// No seal.
    SealOmitted "公印省略" [];
    /// Still a member.
    StillMember "値・現在加入中" [];
    /// None.
    None "値・なし" [];
    /// Nothing paid.
    NothingPaid "値・支給なし" [];
    /// An item this insurer does not have.
    NotHandled "値・取扱いなし" [];
    /// An item outside the catalogue.
    Outside "値・照会対象外" [];
    /// Nothing to print.
    Dash "値・記載なし" [];
    /// 加入期間1
    Period "明細・加入期間" ["番号"];
    /// A band again, where what is under it goes on.
    Continued "明細・続き" ["見出し"];
    /// What is equal in all periods.
    Common "明細・共通" [];
    /// Matched, but not in the asked period.
    NotCovered "明細・加入の記録なし" [];
    /// One person on a call sheet.
    Person "明細・対象者" ["番号", "フリガナ", "生年月日", "性別", "受付番号"];
    /// One person of whom the requester told a number of its own.
    PersonWithReference "明細・対象者・整理番号" ["番号", "フリガナ", "生年月日", "性別", "整理番号", "受付番号"];
    /// 該当なし, read out.
    CallNotFound "明細・該当なし" ["日時"];
    /// 追加情報, read out.
    CallAskMore "明細・追加情報" [];
    /// 遅延, read out.
    CallDelay "明細・遅延" ["時期", "理由"];
    /// One day.
    OnDay "期間・日" ["日"];
    /// From and to.
    FromTo "期間・自至" ["自", "至"];
    /// From alone.
    From "期間・自" ["自"];
    /// To alone.
    To "期間・至" ["至"];
    /// 現在.
    AsOf "日時・現在" ["日時"];
    /// One payment.
    Payment "給付・一件" ["金額", "決定"];
    /// 法定給付.
    Statutory "給付・法定" [];
    /// 付加給付.
    Additional "給付・付加" [];
    /// When it was decided.
    Decided "給付・決定" ["決定日"];
    /// （１）
    NoteNumber "留意・番号" ["番号"];
    /// As-of.
    NoteRecords "留意・記録" ["日時"];
    /// The day of loss.
    NoteLost "留意・喪失日" [];
    /// 現在加入中.
    NoteStillMember "留意・加入中" [];
    /// No My Number.
    NoteMyNumber "留意・個人番号" [];
    /// A reply in a list.
    TitleReply "書類・回答書" [];
    /// A request in a list.
    TitleAskMore "書類・追加情報" [];
    /// A notice of delay in a list.
    TitleDelay "書類・遅延" [];
    /// A document that corrects an earlier one, in a list.
    TitleCorrected "書類・訂正" ["書類"];
    /// A document that was sent before, in a list.
    TitleReissued "書類・再発行" ["書類"];
    /// Copies.
    Copies "部数" ["数"];
    /// The reconciliation.
    Count "内訳" ["計", "内訳"];
    /// Its replies.
    CountReplies "内訳・回答" ["数"];
    /// Its requests.
    CountAsked "内訳・追加情報" ["数"];
    /// Those in another envelope.
    CountElsewhere "内訳・別封" ["数"];
    /// Those that come later.
    CountHeld "内訳・確認中" ["数"];
    /// 照会元整理番号 beyond those that a mail names.
    MoreReferences "整理番号・ほか" ["番号", "数"];
    /// The same in the subject: which of them this is.
    MailPart "別便の件名" ["順", "計", "数"];
    /// That an inquiry's replies come in several mails.
    OtherMails "別便の案内" ["数", "残り"];
    /// Record form.
    ResultReply "結果・回答" [];
    /// Record form.
    ResultNotFound "結果・該当なし" [];
    /// Record form.
    ResultAskMore "結果・追加情報" [];
    /// Record form.
    ResultDelay "結果・遅延" [];
    /// 記録の確認
    DelayRecords "遅延の理由・記録" [];
    /// ほかの部署への確認
    DelayElsewhere "遅延の理由・他部署" [];
    /// 照会の集中
    DelayVolume "遅延の理由・集中" [];
    /// 閉庁時刻の後
    DelayHours "遅延の理由・時間外" [];
    /// システムの停止
    DelaySystem "遅延の理由・システム" [];
    /// What the listener says first.
    AskForOne "尋ね方・一人" [];
    /// What the listener says first, of several people.
    AskForEach "尋ね方・何人か" [];
    /// 電話.
    RecordFollowUp "記録・副本" [];
    /// A box to tick.
    RecordItem "記録・項目" ["項目"];
    /// By telephone.
    ByPhone "照会方法・電話" [];
    /// In writing.
    InWriting "照会方法・文書" [];
    /// 男
    Male "性別・男" [];
    /// 女
    Female "性別・女" [];
    /// How the password is told.
    PasswordByPhone "パスワード・代表電話" [];
    /// The three ways.
    ByEmail "回答方法・メール" [];
    /// The three ways.
    ByPaper "回答方法・文書" [];
    /// The three ways.
    ByCall "回答方法・電話" [];
    /// A number looked up long ago.
    DialStale "代表番号・古い" ["日"];
    /// A number without a day.
    DialUndated "代表番号・日付なし" [];
    /// No number any more.
    DialNone "代表番号・なし" [];
    /// A page whose address is too long for its line: whose it is.
    DialPage "代表番号・ページ" ["サイト"];
    /// On the sheet that holds the password.
    PasswordInside "パスワード・票" [];
    /// Key derivation and its cost.
    Derivation "封緘・鍵の導出" ["方式", "回数"];
    /// The sealed file.
    SealedFile "封緘・ファイル" ["名", "大きさ"];
    /// Not sealed.
    NotSealed "封緘・なし" [];
    /// Bits.
    Strength "強度・ビット" ["ビット"];
    /// What a guess costs.
    GuessCost "強度・推計" ["年"];
    /// Documents that a ledger says nothing about.
    NoItems "収録・記録なし" [];
    /// Copies in a package.
    ContentCount "収録・通数" ["数"];
    /// A listing document.
    TitleCover "書類・送付状" [];
    /// A listing document.
    TitleIndex "書類・目録" [];
    /// A call sheet.
    TitleCall "書類・電話回答票" [];
    /// Told.
    Told "伝達・済" ["日時", "者"];
    /// Not told, as far as the ledger knows.
    NotTold "伝達・なし" [];
    /// What to do when it was told.
    AdviceTold "対処・伝達済" [];
    /// What to do when it was not.
    AdviceNotTold "対処・未伝達" [];
    /// What to do about paper.
    AdvicePaper "対処・封緘なし" [];
    /// What to do about a call.
    AdvicePhone "対処・電話" [];
    /// Not sealed: told on the telephone.
    Spoken "封緘・電話" [];
    /// Of a file or a letter.
    AskedToDelete "誤った相手への依頼・文書" [];
    /// Of a call.
    AskedToForget "誤った相手への依頼・電話" [];
    /// Of a file or a letter.
    Deleted "誤った相手の処置・文書" [];
    /// Of a call.
    NoteDestroyed "誤った相手の処置・電話" [];
    /// 経過.
    DidPack "経過・作成" [];
    /// 経過.
    DidSend "経過・送付" [];
    /// 経過.
    DidTell "経過・伝達" [];
    /// 経過.
    DidTellConfirmed "経過・伝達・復唱" [];
    /// 経過.
    DidReceive "経過・受領" [];
    /// 経過.
    DidOpen "経過・開封" [];
    /// 経過.
    DidReplace "経過・差替え" ["番号"];
    /// 日報.
    DayReceived "日報・受付" ["数"];
    /// 日報.
    DayAnswered "日報・回答" ["数"];
    /// 日報.
    DaySent "日報・送付" ["数"];
    /// 日報.
    DayLate "日報・期限超過" ["数"];
    /// 日報.
    DayOpen "日報・未了" ["数"];
    /// 日報.
    DayWaiting "日報・追加情報待ち" ["数"];
    /// 日報.
    DayUnsent "日報・未送付" ["数"];
    /// 日報.
    DayUntold "日報・未伝達" ["数"];
    /// 日報.
    DayUnreceived "日報・受領未確認" ["数"];
    /// 日報.
    DayFollowUps "日報・副本" ["数"];
    /// 日報.
    DayNothing "日報・なし" [];
    /// Until.
    DayDue "日報・期限" ["日時"];
    /// Asked for more.
    DayAsked "日報・依頼" ["日時"];
    /// Held, with the code.
    Held "結果・保留" ["コード"];
    /// Refused, with the code.
    Refused "結果・受付不可" ["コード"];
    /// 差出票.
    PostingTitle "差出票・題名" ["方法"];
    /// 差出票.
    PostingNumber "差出票・発送番号" [];
    /// 差出票.
    PostingMethod "差出票・郵送方法" [];
    /// 差出票.
    PostingTo "差出票・宛先" [];
    /// 差出票.
    PostingPostalCode "差出票・郵便番号" [];
    /// 差出票.
    PostingAddress "差出票・住所" [];
    /// 差出票.
    PostingCopies "差出票・部数" [];
    /// 差出票: filled in by hand.
    PostingWeight "差出票・重さ" [];
    /// 差出票: filled in by the post office.
    PostingAccepted "差出票・引受番号" [];
    /// 差出票.
    PostingTotal "差出票・合計" ["数"];
    /// How an archive opens.
    OpensZip "開き方・ZIP" [];
    /// How a Word document opens.
    OpensWord "開き方・Word" [];
    /// Where the 照合番号 of a mail stands: its only document.
    CodeInDocument "照合番号の場所・文書" [];
    /// Where it stands: the list of an archive.
    CodeInIndex "照合番号の場所・ZIP" ["名"];
    /// Where it stands: the first page of several letters in one document.
    CodeInContents "照合番号の場所・Word" [];
    /// In front of the subject of a practice office's mail.
    PracticeMail "練習・件名" [];
    /// On every page of a practice office's documents.
    Practice "練習" [];
}

/// 文例集.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrases {
    texts: Vec<String>,
}

impl Phrases {
    /// The built-in file.
    pub const BUILT_IN: (&str, &str) = ("phrases.txt", include_str!("../../templates/letters/phrases.txt"));

    /// Reads a file of phrases; each must be there once, with no braces but its own.
    pub fn read(text: &str) -> Result<Self, BadWording> {
        let (found, bad) = found(text);
        if let Some(bad) = bad.into_iter().next() {
            return Err(bad);
        }
        let mut texts = Vec::with_capacity(Phrase::ALL.len());
        for (phrase, found) in Phrase::ALL.iter().zip(found) {
            let why = Why::Phrase("文例がありません", phrase.name().to_owned());
            texts.push(found.ok_or(BadWording { line: text.lines().count(), why })?.1);
        }
        Ok(Self { texts })
    }

    /// Takes the phrases of another file in the places of these, and tells those that are no good. Such a phrase says all that it can: what
    /// one leaves out would be lost.
    pub fn take(&mut self, text: &str) -> Vec<BadWording> {
        let (found, mut bad) = found(text);
        for ((place, own), phrase) in self.texts.iter_mut().zip(found).zip(Phrase::ALL) {
            let Some((line, own)) = own else { continue };
            match phrase.args().iter().find(|arg| !own.contains(&format!("{{{arg}}}"))) {
                Some(arg) => bad
                    .push(BadWording { line, why: Why::Phrase("文例の差し込みが足りません", format!("{{{arg}}}")) }),
                None => *place = own,
            }
        }
        bad.sort_by_key(|bad| bad.line);
        bad
    }

    /// A phrase that takes nothing.
    pub fn get(&self, phrase: Phrase) -> &str {
        self.texts.get(phrase as usize).map(String::as_str).unwrap_or_default()
    }

    /// A phrase with its braces filled. What is put in is not looked through again.
    pub fn fill(&self, phrase: Phrase, args: &[(&str, &str)]) -> String {
        let mut out = String::new();
        let mut rest = self.get(phrase);
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let Some((name, tail)) = after.split_once('}') else { break };
            out.push_str(args.iter().find(|(n, _)| *n == name).map_or("", |(_, value)| value));
            rest = tail;
        }
        out.push_str(rest);
        out
    }
}

/// The phrases of a file, each at most once, with their lines; and what is no phrase.
fn found(text: &str) -> (Vec<Option<(usize, String)>>, Vec<BadWording>) {
    let mut found: Vec<Option<(usize, String)>> = vec![None; Phrase::ALL.len()];
    let mut bad = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim_start_matches('\u{FEFF}');
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        if let Err(why) = one(line).and_then(|(phrase, words)| match found.get_mut(phrase as usize) {
            Some(place @ None) => {
                *place = Some((index + 1, words.to_owned()));
                Ok(())
            }
            _ => Err(Why::Phrase("同じ名前の文例が二つあります", phrase.name().to_owned())),
        }) {
            bad.push(BadWording { line: index + 1, why });
        }
    }
    (found, bad)
}

/// One line: the phrase that it is, and its words.
fn one(line: &str) -> Result<(Phrase, &str), Why> {
    let (name, words) = line.split_once(['＝', '=']).unwrap_or((line, ""));
    let named = |why| Why::Phrase(why, name.trim().chars().take(20).collect());
    if name.len() == line.len() {
        return Err(named("「名前＝文」の形になっていません"));
    }
    let phrase = Phrase::ALL.iter().find(|p| p.name() == name.trim()).ok_or_else(|| named("その名前の文例はありません"))?;
    let mut rest = words;
    while let Some((_, after)) = rest.split_once('{') {
        let (arg, tail) = after.split_once('}').ok_or_else(|| named("{ が閉じられていません"))?;
        if !phrase.args().contains(&arg) {
            let arg = arg.chars().take(20).collect::<String>();
            return Err(Why::Phrase("その文例では使えない差し込みです", format!("{{{arg}}}")));
        }
        rest = tail;
    }
    Ok((*phrase, words))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrases() -> Phrases {
        Phrases::read(Phrases::BUILT_IN.1).expect("built in")
    }

    #[test]
    fn every_phrase_is_there_and_uses_its_arguments() {
        let all = phrases();
        for phrase in Phrase::ALL {
            for arg in phrase.args() {
                assert!(all.get(*phrase).contains(&format!("{{{arg}}}")), "{} {arg}", phrase.name());
            }
        }
    }

    #[test]
    fn what_is_filled_in_is_not_looked_through_again() {
        let args = [("日付", "{番号}"), ("番号", "保第1号")];
        assert_eq!(phrases().fill(Phrase::CitedByNumber, &args), "{番号}付け保第1号で照会のあった");
    }

    #[test]
    fn a_missing_double_or_unknown_phrase_is_told() {
        assert!(Phrases::read("値・なし＝なし").is_err());
        let bad = |line: &str| Phrases::read(&format!("{}{line}", Phrases::BUILT_IN.1)).expect_err("bad").line;
        let last = Phrases::BUILT_IN.1.lines().count() + 1;
        for line in ["値・なし＝なし", "値・謎＝謎", "ただの文"] {
            assert_eq!(bad(line), last);
        }
        assert!(Phrases::read(&Phrases::BUILT_IN.1.replace("{名} 御中", "{謎} 御中")).is_err());
    }
}
