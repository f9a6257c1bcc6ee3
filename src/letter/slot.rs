//! 差し込み欄: the closed set of names that a wording file or a clerk's form may hold between `{{` and `}}`.

/// 繰返し: the lists whose rows repeat a table row or a paragraph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum List {
    /// 明細: the rows of an answer.
    Answers,
    /// 留意事項.
    Notes,
    /// 同封: what a cover letter lists.
    Enclosures,
    /// 目録: what an archive's list holds.
    Index,
    /// 記録: one case of a telephone reply's record form.
    Records,
    /// 組: a group of a password's symbols.
    Groups,
    /// 収録: what a package holds, by kind and items.
    Contents,
    /// 経過: what was done with a package, oldest first.
    History,
    /// 日報の明細.
    Day,
}

impl List {
    /// Every list.
    pub const ALL: [Self; 9] = [
        Self::Answers,
        Self::Notes,
        Self::Enclosures,
        Self::Index,
        Self::Records,
        Self::Groups,
        Self::Contents,
        Self::History,
        Self::Day,
    ];
}

macro_rules! slots {
    ($($(#[doc = $doc:literal])+ $variant:ident $name:literal $($list:ident)?;)+) => {
        /// 差し込み欄.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Slot {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Slot {
            /// Every slot.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name between the braces.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// The list whose rows carry it; `None` for a slot that has one value a document.
            pub const fn list(self) -> Option<List> {
                match self { $(Self::$variant => slots!(@list $($list)?),)+ }
            }
        }
    };
    (@list) => { None };
    (@list $list:ident) => { Some(List::$list) };
}

slots! {
    /// 健発第8-13号の1.
    DocumentNumber "文書番号";
    /// 令和8年11月22日, the letter's date.
    SentOn "発信日";
    /// The addressee with 御中 or 様.
    Addressee "宛先";
    /// 〒 of the addressee, as on the envelope.
    PostalCode "宛先郵便番号";
    /// The addressee's postal address.
    PostalAddress "宛先住所";
    /// 簡易書留 and so on; only of what is posted.
    Posting "送付方法";
    /// 親展　簡易書留: what an envelope says beside the address.
    EnvelopeMarks "封筒の表示";
    /// The insurer.
    Sender "発信者";
    /// The office-holder who signs, such as 理事長.
    SenderTitle "発信者職名";
    /// （公印省略）, when the office omits its seal.
    SealOmitted "公印省略";
    /// 回答, 訂正, 回答・再発行: the words in the brackets of the subject.
    SubjectMark "文書種別";
    /// 「令和○年○月○日付け○○第○号で照会のあった」.
    Citation "照会の引用";
    /// What went before: our own request, the reply that is corrected.
    Earlier "経緯";
    /// 手続名, with its 管理番号 when one was told.
    Procedure "手続名";
    /// The requester's own number for the case.
    Reference "照会元整理番号";
    /// Our number of the case.
    CaseNumber "受付番号";
    /// フリガナ as the requester stated it.
    SubjectKana "対象者フリガナ";
    /// 氏名 as the requester stated it.
    SubjectName "対象者氏名";
    /// 生年月日 as the requester stated it, in both calendars.
    SubjectBirth "対象者生年月日";
    /// 性別 as the requester stated it.
    SubjectSex "対象者性別";
    /// 住所 as the requester stated it.
    SubjectAddress "対象者住所";
    /// 記号・番号 as the requester stated them.
    SubjectNumber "対象者記号番号";
    /// 照会対象期間.
    AskedPeriod "照会対象期間";
    /// 記録確認日時, or the letter's date.
    RecordsAt "記録確認日時";
    /// The section to ask.
    ContactSection "担当部署";
    /// The person to ask.
    ContactPerson "担当者";
    /// Its telephone.
    ContactPhone "担当電話";
    /// Its mail address.
    ContactMail "担当メール";
    /// The insurer's postal address.
    ContactAddress "担当住所";
    /// XXXX-XXXX.
    PairingCode "照合番号";
    /// Where the 照合番号 that a mail names stands: 目録（R08-0013-list.docx）の下欄.
    CodePlace "照合番号の場所";
    /// 「照会20件のうち、回答17件（該当なしを含む）…」.
    Reconciliation "件数の内訳";
    /// How many documents lie with this one.
    EnclosureCount "同封件数";
    /// How many copies altogether.
    CopyCount "同封部数";
    /// 市町村等名.
    Municipality "市町村等名";
    /// 自治体コード.
    MunicipalityCode "自治体コード";
    /// 所属.
    Section "所属";
    /// 担当者氏名 of the requester.
    Officer "照会担当者";
    /// When the inquiry came.
    ReceivedAt "受付日時";
    /// By telephone or in writing.
    ReceivedVia "照会方法";
    /// The representative number: the only one to dial.
    Dial "代表番号";
    /// The page on which it stands.
    DialSource "代表番号の確認ページ";
    /// When that page was looked at.
    DialCheckedOn "代表番号の確認日";
    /// Who looked.
    DialCheckedBy "代表番号の確認者";
    /// The number that the caller gave: never dialled.
    StatedPhone "申告番号";
    /// What the listener is asked to say first, of one person or one by one.
    AskForPerson "対象者の尋ね方";
    /// How many people a call is about.
    PersonCount "対象者数";
    /// The attachment's name.
    AttachmentName "添付ファイル名";
    /// Its size.
    AttachmentSize "添付ファイルの大きさ";
    /// With which program the attachment opens.
    Opening "添付ファイルの開き方";
    /// Which of the mails to one inquiry it is, and how much it brings; empty where it is the only one.
    MailPart "別便の件名";
    /// That the rest of the inquiry's replies come in other mails.
    OtherMails "別便の案内";
    /// How the password will be told.
    PasswordChannel "パスワードの連絡方法";
    /// By when the reply is expected.
    Until "回答予定";
    /// Why it takes longer.
    DelayReason "遅延の理由";
    /// 備考.
    Remarks "備考";
    /// R08-0013: a package, on the office's own papers.
    ParcelNumber "発送番号";
    /// When a paper of the office was made.
    MadeAt "作成日時";
    /// Who made it, by the name on the computer.
    MadeBy "作成者";
    /// 電子メール, 文書 or 電話.
    ReplyBy "回答方法";
    /// Why the representative number has to be looked up again.
    DialWarning "代表番号の注意";
    /// That the password itself stands on this paper.
    PasswordInside "パスワード入り";
    /// How every symbol is said.
    SpokenLegend "読み方の一覧";
    /// WinZip AE-2 (ZIP) and so on.
    SealFormat "封緘の形式";
    /// AES-256-CTR and so on.
    SealCipher "暗号方式";
    /// The key derivation and its cost.
    SealDerivation "鍵の導出";
    /// What shows a change.
    SealAuthentication "改ざんの検出";
    /// When it was sealed.
    SealedAt "封緘日時";
    /// fukan 0.1.0.
    SealProgram "作成プログラム";
    /// The sealed file and its size.
    SealedFile "封緘ファイル";
    /// The SHA-256 of the sealed file.
    SealHash "封緘ファイルのハッシュ";
    /// Bits.
    PasswordStrength "パスワードの強度";
    /// What a guess costs, for people.
    GuessCost "推測に要する時間";
    /// Whether the password was told, when and by whom.
    ToldState "パスワードの伝達";
    /// What that means for what is done next.
    ToldAdvice "伝達による対処";
    /// What a wrong receiver is asked to do.
    AskedOfWrong "誤った相手への依頼";
    /// What that receiver is to say was done.
    DoneByWrong "誤った相手の処置";
    /// The day of a day-end report.
    ReportDay "日報の日";
    /// What was done that day, counted.
    DayDone "日報の実績";
    /// What is left, counted.
    DayLeft "日報の残り";
    /// The newest row's number.
    AnchorRow "台帳の最後の番号";
    /// The beginning of its tag, to be copied by hand.
    AnchorTag "台帳の最後の符号";
    /// Heading of one person.
    AnswerPerson "明細.対象者" Answers;
    /// 加入期間1 …
    AnswerPeriod "明細.加入期間" Answers;
    /// A sentence that takes the whole row.
    AnswerText "明細.文" Answers;
    /// 項目.
    AnswerItem "明細.項目" Answers;
    /// 内容.
    AnswerValue "明細.内容" Answers;
    /// 基準日.
    AnswerAsOf "明細.基準日" Answers;
    /// （1） and so on.
    NoteNumber "留意事項.番号" Notes;
    /// One note.
    NoteText "留意事項.文" Notes;
    /// 1, 2, 3.
    EnclosureOrder "同封.番号" Enclosures;
    /// 回答書 and so on.
    EnclosureTitle "同封.書類" Enclosures;
    /// Its 文書番号.
    EnclosureNumber "同封.文書番号" Enclosures;
    /// The requester's number for it.
    EnclosureReference "同封.照会元整理番号" Enclosures;
    /// Its 照合番号.
    EnclosureCode "同封.照合番号" Enclosures;
    /// 1部.
    EnclosureCopies "同封.部数" Enclosures;
    /// 1, 2, 3.
    IndexOrder "目録.番号" Index;
    /// The file.
    IndexFile "目録.ファイル名" Index;
    /// Its 文書番号.
    IndexNumber "目録.文書番号" Index;
    /// The requester's number for it.
    IndexReference "目録.照会元整理番号" Index;
    /// Its 照合番号.
    IndexCode "目録.照合番号" Index;
    /// Its SHA-256.
    IndexHash "目録.ハッシュ" Index;
    /// 1, 2, 3.
    RecordOrder "記録.番号" Records;
    /// 受付番号.
    RecordCase "記録.受付番号" Records;
    /// The requester's number for it.
    RecordReference "記録.照会元整理番号" Records;
    /// The result in one word: 回答, 該当なし, 追加情報の依頼.
    RecordResult "記録.結果" Records;
    /// Names of the items told, each with a box, without values.
    RecordItems "記録.項目" Records;
    /// The boxes for the 副本, of one that is answered.
    RecordFollowUp "記録.副本" Records;
    /// 1 to 4.
    GroupOrder "組.番号" Groups;
    /// Four symbols, or room for them.
    GroupSymbols "組.文字" Groups;
    /// How they are said.
    GroupSpoken "組.読み方" Groups;
    /// 回答書 and so on.
    ContentTitle "収録.書類" Contents;
    /// How many.
    ContentCount "収録.通数" Contents;
    /// Names of items, without values.
    ContentItems "収録.項目" Contents;
    /// When.
    HistoryWhen "経過.日時" History;
    /// What was done.
    HistoryWhat "経過.内容" History;
    /// By whom.
    HistoryWho "経過.者" History;
    /// 期限を過ぎたもの（2件）
    DayHeading "日報.区分" Day;
    /// なし
    DayText "日報.文" Day;
    /// 発送番号
    DayNumber "日報.番号" Day;
    /// 受付番号 and 照会番号
    DayCase "日報.件" Day;
    /// What is to be said of it.
    DayWhat "日報.内容" Day;
    /// When.
    DayWhen "日報.日時" Day;
}

impl Slot {
    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    /// The slot of that name.
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|slot| slot.name() == name)
    }

    /// The slot whose name is nearest, for a clerk who mistyped it.
    pub fn nearest(name: &str) -> Self {
        let mut best = (usize::MAX, Self::DocumentNumber);
        for slot in Self::ALL {
            let far = distance(name, slot.name());
            if far < best.0 {
                best = (far, *slot);
            }
        }
        best.1
    }

    /// Its bit in a set of slots.
    pub const fn bit(self) -> u128 {
        1 << self as u8
    }
}

/// Edits between two short names.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut corner = row.first().copied().unwrap_or(0);
        let mut left = i + 1;
        let mut next = vec![left];
        for (j, y) in b.iter().enumerate() {
            let above = row.get(j + 1).copied().unwrap_or(usize::MAX - 1);
            left = (corner + usize::from(x != *y)).min(above + 1).min(left + 1);
            next.push(left);
            corner = above;
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_fit_a_set() {
        const { assert!(Slot::COUNT <= 128) };
        for (i, a) in Slot::ALL.iter().enumerate() {
            assert!(Slot::ALL.iter().skip(i + 1).all(|b| a.name() != b.name()));
            assert_eq!(a.name().contains('.'), a.list().is_some());
            assert_eq!(Slot::find(a.name()), Some(*a));
        }
    }

    #[test]
    fn the_nearest_name_is_found() {
        assert_eq!(Slot::nearest("宛て先"), Slot::Addressee);
        assert_eq!(Slot::nearest("文書番"), Slot::DocumentNumber);
        assert_eq!(Slot::nearest("明細.内用"), Slot::AnswerValue);
    }
}
