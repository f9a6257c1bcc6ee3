//! 見本: made-up values for every kind of letter. Nobody in them exists.

use crate::letter::{LetterKind, List, Row, Slot, Values};

/// Values for one kind.
pub fn values(kind: LetterKind) -> Values {
    let mut v = common();
    match kind {
        LetterKind::Reply => reply(&mut v),
        LetterKind::NotFound => notes(&mut v, &["この回答に当たり、個人番号（マイナンバー）は用いていません。"]),
        LetterKind::AskMore => drop(v.set(Slot::SubjectMark, "依頼")),
        LetterKind::Delay => drop(
            v.set(Slot::SubjectMark, "通知")
                .set(Slot::Until, "令和8年11月24日15時")
                .set(Slot::DelayReason, "記録の確認に時間を要するため"),
        ),
        LetterKind::Cover => cover(&mut v),
        LetterKind::Index => index(&mut v),
        LetterKind::Contents => contents(&mut v),
        LetterKind::Call => call(&mut v),
        LetterKind::PasswordSheet => password_sheet(&mut v),
        LetterKind::SealRecord => seal_record(&mut v),
        LetterKind::Incident => incident(&mut v),
        LetterKind::DayReport => day_report(&mut v),
    }
    v
}

fn common() -> Values {
    let mut v = Values::new();
    for (slot, value) in [
        (Slot::DocumentNumber, "健発第8-13号の1"),
        (Slot::SentOn, "令和8年11月22日"),
        (Slot::Addressee, "札幌市保健所感染症総合対策課\n佐藤 花子 様"),
        (Slot::PostalCode, "060-8611"),
        (Slot::PostalAddress, "北海道札幌市中央区北一条西二丁目"),
        (Slot::Sender, "見本健康保険組合"),
        (Slot::SenderTitle, "理事長　見本 一郎"),
        (Slot::SealOmitted, "（公印省略）"),
        (Slot::SubjectMark, "回答"),
        (Slot::Citation, "令和8年11月20日付け札保感第123号で照会のあった"),
        (Slot::Procedure, "他の法令による給付との調整（管理番号　10-2）"),
        (Slot::Reference, "感-0042"),
        (Slot::CaseNumber, "U08-0042"),
        (Slot::SubjectKana, "ヤマダ タロウ"),
        (Slot::SubjectName, "山田 太郎"),
        (Slot::SubjectBirth, "昭和55年3月2日（1980年）"),
        (Slot::SubjectSex, "男"),
        (Slot::SubjectAddress, "北海道札幌市中央区見本町1-1"),
        (Slot::RecordsAt, "令和8年11月20日"),
        (Slot::ContactSection, "業務課 適用係"),
        (Slot::ContactPerson, "田中 次郎"),
        (Slot::ContactPhone, "03-0000-0000"),
        (Slot::ContactMail, "tekiyo@example.or.jp"),
        (Slot::ContactAddress, "〒100-0000　東京都千代田区見本町1-1"),
        (Slot::PairingCode, "7KX4-9QMT"),
        (Slot::Municipality, "札幌市"),
        (Slot::MunicipalityCode, "011002"),
        (Slot::Section, "保健所感染症総合対策課"),
        (Slot::Officer, "佐藤 花子"),
        (Slot::ReceivedAt, "令和8年11月20日10時15分"),
        (Slot::ReceivedVia, "文書"),
    ] {
        v.set(slot, value);
    }
    v
}

fn notes(v: &mut Values, texts: &[&str]) {
    for (text, number) in texts.iter().zip(["（１）", "（２）", "（３）", "（４）", "（５）"]) {
        v.push(List::Notes, Row::new().with(Slot::NoteNumber, number).with(Slot::NoteText, *text));
    }
}

fn answer(item: &str, value: &str, as_of: &str) -> Row {
    Row::new().with(Slot::AnswerItem, item).with(Slot::AnswerValue, value).with(Slot::AnswerAsOf, as_of)
}

/// Twelve rows: what must still fit one page.
fn reply(v: &mut Values) {
    let as_of = "令和8年11月20日現在";
    v.push(List::Answers, Row::new().with(Slot::AnswerPeriod, "加入期間1"));
    for (item, value) in [
        ("資格取得年月日", "平成22年4月1日（2010年）"),
        ("資格喪失年月日", "令和2年4月1日（2020年）"),
        ("被保険者等記号", "1234"),
        ("被保険者等番号", "567"),
    ] {
        v.push(List::Answers, answer(item, value, as_of));
    }
    v.push(List::Answers, Row::new().with(Slot::AnswerPeriod, "加入期間2"));
    for (item, value) in [
        ("資格取得年月日", "令和3年2月1日（2021年）"),
        ("資格喪失年月日", "現在加入中"),
        ("本人・家族区分", "本人"),
        ("高額療養費", "令和3年2月（2021年）　12,345円（法定）\n令和3年3月（2021年）　9,800円（法定）"),
        ("限度額適用認定証 適用区分", "当保険者では取り扱っていない項目です"),
        ("所得の状況", "照会できる項目に含まれないため回答できません"),
    ] {
        v.push(List::Answers, answer(item, value, as_of));
    }
    notes(
        v,
        &[
            "この回答は、令和8年11月20日現在の記録によるものです。",
            "資格喪失年月日は、資格を喪失した日であり、その前日まで加入していたことを示します。",
            "「現在加入中」は、基準日の時点で資格を喪失していないことを示します。",
            "この回答に当たり、個人番号（マイナンバー）は用いていません。",
        ],
    );
}

fn cover(v: &mut Values) {
    v.set(Slot::DocumentNumber, "健発第8-13号")
        .set(Slot::EnvelopeMarks, "親展　簡易書留")
        .set(Slot::EnclosureCount, "18")
        .set(Slot::CopyCount, "18");
    v.set(Slot::Reconciliation, "照会20件のうち、回答17件（該当なしを含む）、追加情報の依頼1件、確認中2件（別途回答）");
    for n in 1..=18 {
        let row = Row::new()
            .with(Slot::EnclosureOrder, n.to_string())
            .with(Slot::EnclosureTitle, if n == 18 { "追加情報の依頼" } else { "回答書" })
            .with(Slot::EnclosureNumber, format!("健発第8-13号の{n}"))
            .with(Slot::EnclosureReference, format!("感-{n:04}"))
            .with(Slot::EnclosureCode, "7KX4-9QMT")
            .with(Slot::EnclosureCopies, "1部");
        v.push(List::Enclosures, row);
    }
}

fn index(v: &mut Values) {
    v.set(Slot::EnclosureCount, "2");
    for n in 1..=2 {
        let row = Row::new()
            .with(Slot::IndexOrder, n.to_string())
            .with(Slot::IndexFile, format!("R08-0013-{n}.docx"))
            .with(Slot::IndexNumber, format!("健発第8-13号の{n}"))
            .with(Slot::IndexReference, format!("感-{n:04}"))
            .with(Slot::IndexCode, "7KX4-9QMT")
            .with(Slot::IndexHash, "9f86d081 884c7d65 9a2feaa0 c55ad015 a3bf4f1b 2b0b822c d15d6c15 b0f00a08");
        v.push(List::Index, row);
    }
}

fn contents(v: &mut Values) {
    v.set(Slot::DocumentNumber, "健発第8-13号").set(Slot::EnclosureCount, "2");
    v.set(Slot::Reconciliation, "照会3件のうち、回答2件（該当なしを含む）、確認中1件（別途回答）");
    for n in 1..=2 {
        let row = Row::new()
            .with(Slot::IndexOrder, n.to_string())
            .with(Slot::IndexNumber, format!("健発第8-13号の{n}"))
            .with(Slot::IndexReference, format!("感-{n:04}"))
            .with(Slot::IndexCode, "7KX4-9QMT");
        v.push(List::Index, row);
    }
}

fn call(v: &mut Values) {
    v.set(Slot::DocumentNumber, "健発第8-14号")
        .set(Slot::PersonCount, "2")
        .set(Slot::Dial, "011-000-1000")
        .set(Slot::StatedPhone, "011-999-9999")
        .set(Slot::AskForPerson, "照会の一人目から順に、フリガナ、生年月日、性別を")
        .set(
            Slot::DialWarning,
            "確認した日（令和8年8月1日）から90日を超えています。掛ける前に、ホームページで確かめ直してください。",
        );
    v.set(Slot::ReceivedVia, "電話").set(Slot::Citation, "令和8年11月20日に電話で照会のあった");
    v.set(Slot::DialSource, "https://www.city-011002.example.lg.jp/kucho/daihyo/index.html");
    v.set(Slot::DialCheckedOn, "令和8年8月1日").set(Slot::DialCheckedBy, "山本");
    let as_of = "令和8年11月20日現在";
    for (n, kana) in [(1, "ヤマダ タロウ"), (2, "スズキ ハナコ")] {
        let person = format!("{n}　{kana}　昭和55年3月2日（1980年）　男（貴整理番号　感-004{n}　受付番号　U08-004{n}）");
        v.push(List::Answers, Row::new().with(Slot::AnswerPerson, person));
        if n == 1 {
            v.push(List::Answers, answer("資格取得年月日", "平成22年4月1日（2010年）", as_of));
            v.push(List::Answers, answer("資格喪失年月日", "現在加入中", as_of));
        } else {
            let text = "照会のあった氏名（フリガナ）、生年月日及び性別の三つが一致する加入者は、令和8年11月20日現在の記録では確認できませんでした。";
            v.push(List::Answers, Row::new().with(Slot::AnswerText, text));
        }
        let record = Row::new()
            .with(Slot::RecordOrder, n.to_string())
            .with(Slot::RecordCase, format!("U08-004{n}"))
            .with(Slot::RecordReference, format!("感-004{n}"))
            .with(Slot::RecordResult, if n == 1 { "回答" } else { "該当なし" })
            .with(Slot::RecordItems, if n == 1 { "□ 資格取得年月日\n□ 資格喪失年月日" } else { "□ 該当なし" })
            .with(Slot::RecordFollowUp, "□不要　□要");
        v.push(List::Records, record);
    }
    notes(v, &["資格喪失年月日は、資格を喪失した日であり、その前日まで加入していたことを示します。"]);
}

/// What every paper of the office has.
fn internal(v: &mut Values) {
    for (slot, value) in [
        (Slot::ParcelNumber, "R08-0013"),
        (Slot::DocumentNumber, "健発第8-13号"),
        (Slot::MadeAt, "令和8年11月22日16時05分"),
        (Slot::MadeBy, "sanshi"),
    ] {
        v.set(slot, value);
    }
}

fn password_sheet(v: &mut Values) {
    internal(v);
    v.set(Slot::CodePlace, "目録（R08-0013-list.docx）の下欄")
        .set(
            Slot::PasswordInside,
            "この票にはパスワードが入っています。伝え終えたら、細断して捨ててください。ファイルも消してください。",
        )
        .set(Slot::Dial, "011-000-1000")
        .set(Slot::DialSource, "https://www.city-011002.example.lg.jp/kucho/daihyo/index.html")
        .set(Slot::DialCheckedOn, "令和8年8月1日")
        .set(Slot::DialCheckedBy, "山本")
        .set(
            Slot::DialWarning,
            "確認した日（令和8年8月1日）から90日を超えています。掛ける前に、ホームページで確かめ直してください。",
        );
    for (order, symbols) in [("1", "4C2J"), ("2", "RPH3"), ("3", "MYYU"), ("4", "NY39")] {
        let row = Row::new().with(Slot::GroupOrder, order).with(Slot::GroupSymbols, symbols);
        v.push(List::Groups, row.with(Slot::GroupSpoken, "エム（メキシコ）、ワイ（横浜）、ワイ（横浜）、ユー（ユニオン）"));
    }
}

fn sealing(v: &mut Values) {
    for (slot, value) in [
        (Slot::SealFormat, "WinZip AE-2 (ZIP)"),
        (Slot::SealCipher, "AES-256-CTR"),
        (Slot::SealDerivation, "PBKDF2-HMAC-SHA-1（反復1,000回）"),
        (Slot::SealAuthentication, "HMAC-SHA-1-80"),
        (Slot::SealedAt, "令和8年11月22日15時52分"),
        (Slot::SealProgram, "fukan 0.1.0"),
        (Slot::SealedFile, "R08-0013.zip（32,942バイト）"),
        (Slot::SealHash, "9f86d081884c7d659a2feaa0c55ad015\na3bf4f1b2b0b822cd15d6c15b0f00a08"),
        (Slot::PasswordStrength, "76ビット（乱数で作った、この番号だけのパスワード）"),
        (Slot::GuessCost, "1秒間に10億回試す設備でも、総当たりで見付けるまでに平均で約110万年かかる計算です。"),
        (Slot::PasswordChannel, "代表電話"),
    ] {
        v.set(slot, value);
    }
}

fn history(v: &mut Values) {
    for (when, what) in [("15時52分", "作成した"), ("15時58分", "送付した"), ("16時02分", "パスワードを伝えた")]
    {
        let row = Row::new().with(Slot::HistoryWhen, format!("令和8年11月22日{when}")).with(Slot::HistoryWhat, what);
        v.push(List::History, row.with(Slot::HistoryWho, "三枝 由紀"));
    }
}

fn seal_record(v: &mut Values) {
    internal(v);
    sealing(v);
    history(v);
}

fn incident(v: &mut Values) {
    internal(v);
    sealing(v);
    history(v);
    v.set(Slot::AskedOfWrong, "開かず、写さず、消す（返す）").set(Slot::DoneByWrong, "消した（返した）");
    v.set(Slot::ReplyBy, "電子メール").set(Slot::ToldState, "令和8年11月22日16時02分に伝えた（三枝 由紀）").set(
        Slot::ToldAdvice,
        "パスワードを伝えた記録がある。誤った相手に伝えたときは、内容を見られたものとして扱う。正しい相手に伝えたときも、誤った相手に伝わっていないことを確かめる。",
    );
    for (title, count, items) in [
        ("目録", "1通", "－"),
        ("回答書", "17通", "資格取得年月日、資格喪失年月日、被保険者等記号、被保険者等番号、本人・家族区分、高額療養費"),
        ("追加情報の依頼", "1通", "項目の記録なし"),
    ] {
        let row = Row::new().with(Slot::ContentTitle, title).with(Slot::ContentCount, count);
        v.push(List::Contents, row.with(Slot::ContentItems, items));
    }
}

fn day_report(v: &mut Values) {
    internal(v);
    v.set(Slot::ReportDay, "令和8年11月22日")
        .set(Slot::DayDone, "受け付けたもの　0件、回答を作ったもの　12件、送付したもの　0件")
        .set(Slot::DayLeft, "期限を過ぎたもの　1件、処理中のもの（期限内）　0件")
        .set(Slot::AnchorRow, "128")
        .set(Slot::AnchorTag, "1a2b 3c4d 5e6f 7081");
    let line = |number: &str, case: &str, what: &str, when: &str| {
        let row = Row::new().with(Slot::DayNumber, number).with(Slot::DayCase, case);
        row.with(Slot::DayWhat, what).with(Slot::DayWhen, when)
    };
    v.push(List::Day, Row::new().with(Slot::DayHeading, "期限を過ぎたもの　1件"));
    v.push(List::Day, line("－", "U08-0041　K-0041", "保留（FK-3001）　札幌市", "期限 11月21日 17:15"));
    v.push(List::Day, Row::new().with(Slot::DayHeading, "受け付けたもの　0件"));
    v.push(List::Day, Row::new().with(Slot::DayText, "なし"));
    v.push(List::Day, Row::new().with(Slot::DayHeading, "回答を作ったもの　12件"));
    for n in 1..=12 {
        v.push(
            List::Day,
            line(&format!("R08-{n:04}"), &format!("U08-{n:04}　K-{n:04}"), "回答　電子メール　札幌市", "11月22日 15:52"),
        );
    }
}
