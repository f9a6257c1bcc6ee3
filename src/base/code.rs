//! エラーコード: every code once, stable for good. Texts in `templates/messages/{ja,en}.toml`, list in `docs/errors.md`.

use std::fmt;

/// エラーコード, such as FK-1001. 1xxx intake, 2xxx requester, 3xxx matching, 4xxx wording and forms,
/// 5xxx seal and vault, 6xxx desk and ledger, 9xxx ours.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code(&'static str);

impl Code {
    /// FK-1001 and so on.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal;)+) => {
        $($(#[doc = $doc])+ pub const $name: Code = Code($code);)+
        /// Every code, in order.
        pub const ALL: &[Code] = &[$($name),+];
    };
}

codes! {
    /// A My Number, or what looks like one.
    MY_NUMBER = "FK-1001";
    /// Twelve digits that are no My Number (warning).
    TWELVE_DIGITS = "FK-1002";
    /// The file can't be read.
    FILE_UNREADABLE = "FK-1010";
    /// The file is larger than this format may be.
    FILE_TOO_LARGE = "FK-1011";
    /// An extension that is none of ours.
    FILE_KIND = "FK-1012";
    /// Neither UTF-8 nor another encoding we read.
    ENCODING = "FK-1013";
    /// Not well-formed JSON.
    JSON_FORM = "FK-1020";
    /// Nested too deep.
    JSON_DEPTH = "FK-1021";
    /// No case in the file.
    NO_CASES = "FK-1022";
    /// The same key twice.
    DUPLICATE_KEY = "FK-1023";
    /// A key that we do not know.
    UNKNOWN_KEY = "FK-1024";
    /// A value of the wrong kind.
    WRONG_TYPE = "FK-1025";
    /// A required field is missing or empty.
    REQUIRED = "FK-1026";
    /// An id out of grammar.
    BAD_ID = "FK-1027";
    /// The same id twice.
    DUPLICATE_ID = "FK-1028";
    /// The record changed between the two readings.
    RECORD_CHANGED = "FK-1029";
    /// A table whose first row holds no heading that we know.
    NO_HEADINGS = "FK-1030";
    /// Rows of one case with other rows between them.
    ROWS_APART = "FK-1031";
    /// Rows of one case, or of one candidate, that say different things in one column.
    ROWS_DIFFER = "FK-1032";
    /// 該当なし, and candidates all the same.
    NOBODY_AND_SOMEBODY = "FK-1033";
    /// A row that says nothing new of its candidate.
    ROW_TWICE = "FK-1034";
    /// Quotes that are not those of a CSV file.
    QUOTES = "FK-1035";
    /// The last row is cut off.
    ROW_CUT = "FK-1036";
    /// Something stands beyond the last heading.
    ROW_LONG = "FK-1037";
    /// A row larger than any: a quote is never closed.
    ROW_ENDLESS = "FK-1038";
    /// A number where a text belongs: leading zeros are gone.
    CELL_NUMBER = "FK-1040";
    /// A date or TRUE where a text belongs: the spreadsheet changed what was typed.
    CELL_MOMENT = "FK-1041";
    /// #N/A and its kin, or a formula without a value.
    CELL_BROKEN = "FK-1042";
    /// Merged cells.
    CELLS_MERGED = "FK-1043";
    /// A workbook that can't be read.
    WORKBOOK = "FK-1050";
    /// A workbook sealed with a password.
    WORKBOOK_SEALED = "FK-1051";
    /// .xls, .xlsm or .xlsb.
    WORKBOOK_KIND = "FK-1052";
    /// No such sheet.
    NO_SHEET = "FK-1053";
    /// More rows than a workbook may have.
    TABLE_TOO_LARGE = "FK-1054";
    /// An annotated copy of something that is not one table.
    ONE_TABLE = "FK-1055";
    /// A cell that an annotated copy marked to be mended.
    NOT_MENDED = "FK-1056";
    /// A workbook that is called .csv.
    CALLED_CSV = "FK-1057";
    /// A table without a column for 照会番号.
    NO_ID_COLUMN = "FK-1058";
    /// A character that a letter can't carry.
    BAD_CHARACTER = "FK-1101";
    /// A private-use character (warning).
    PRIVATE_USE = "FK-1102";
    /// A text over its length.
    TOO_LONG = "FK-1103";
    /// A kana name with something in it that is no kana.
    KANA_FORM = "FK-1104";
    /// A date in no form we know.
    DATE_FORM = "FK-1110";
    /// A day that does not exist.
    DATE_IMPOSSIBLE = "FK-1111";
    /// A day outside its era.
    DATE_WRONG_ERA = "FK-1112";
    /// Before 1873.
    DATE_TOO_OLD = "FK-1113";
    /// A period that ends before it begins.
    PERIOD_REVERSED = "FK-1114";
    /// A word out of a closed list.
    UNKNOWN_WORD = "FK-1120";
    /// candidates missing or null: nobody looked.
    NOT_LOOKED_UP = "FK-1130";
    /// A candidate that agrees neither in kana nor in the day of birth (warning: rows may have slipped).
    ROW_SLIPPED = "FK-1132";
    /// Too many such cases: the run stops.
    ROWS_SLIPPED = "FK-1133";
    /// A name asked for that is in no catalogue.
    UNKNOWN_ITEM = "FK-1140";
    /// Nothing asked for.
    NO_ITEMS = "FK-1141";
    /// The same item asked twice.
    DUPLICATE_ITEM = "FK-1142";
    /// A value for an item nobody asked for.
    NOT_ASKED = "FK-1143";
    /// An asked item without a value.
    ANSWER_MISSING = "FK-1144";
    /// null where the item's type has no «none».
    ANSWER_NULL = "FK-1145";
    /// An answer that contradicts its candidate row.
    ANSWER_CONTRADICTS = "FK-1146";
    /// A code that the item does not have.
    UNKNOWN_ITEM_CODE = "FK-1147";
    /// A payment in the wrong form.
    PAYMENT_FORM = "FK-1148";
    /// «None paid» without the period it is about.
    PERIOD_NEEDED = "FK-1149";
    /// A value for an item this kind of insurer does not have.
    NOT_OURS = "FK-1150";
    /// An item listed as outside that the catalogue does hold.
    OUTSIDE_KNOWN = "FK-1151";
    /// 候補 of a table that says nothing of who it is: most often 「該当なし」 written otherwise.
    CANDIDATE_NOBODY = "FK-1152";
    /// The example row of the empty sheet.
    EXAMPLE_ROW = "FK-1153";
    /// A procedure that is not listed (warning).
    PROCEDURE_UNLISTED = "FK-1160";
    /// A month in no form we know.
    MONTH_FORM = "FK-1161";
    /// Acquired before birth, lost before acquired, received in the future, 75 and over (warning).
    IMPLAUSIBLE = "FK-1170";
    /// A file whose name holds what looks like a My Number.
    NUMBER_IN_NAME = "FK-1171";
    /// office.toml can't be understood.
    OFFICE_FORM = "FK-1201";
    /// The insurer number's check digit is wrong, or its kind does not fit.
    INSURER_NUMBER = "FK-1202";
    /// An insurer the notice does not speak of.
    INSURER_OUT_OF_SCOPE = "FK-1203";
    /// partners.csv can't be understood.
    PARTNERS_FORM = "FK-1204";
    /// A setting of office.toml that is out of bounds.
    OFFICE_VALUE = "FK-1205";
    /// A row of syukujitsu.csv that is no day with a name.
    HOLIDAYS_FORM = "FK-1210";
    /// A year of syukujitsu.csv that is not whole.
    HOLIDAYS_CUT = "FK-1211";
    /// A deadline in a year whose holidays are not known (warning).
    HOLIDAYS_UNKNOWN = "FK-1212";
    /// An inquiry that came another way.
    VIA = "FK-2001";
    /// A reply by another way.
    REPLY_BY = "FK-2002";
    /// A municipality code with a wrong check digit.
    MUNICIPALITY_CODE = "FK-2003";
    /// A right code that is not listed (warning).
    MUNICIPALITY_UNLISTED = "FK-2004";
    /// No row for this requester in partners.csv.
    NO_PARTNER = "FK-2005";
    /// The requester's name is not that of its code or of its row in partners.csv.
    MUNICIPALITY_NAME = "FK-2006";
    /// An address mail can't go to.
    MAIL_ADDRESS = "FK-2010";
    /// A domain that is not the partner's.
    MAIL_DOMAIN = "FK-2011";
    /// A partner that takes no mail.
    NO_MAIL = "FK-2012";
    /// A partner without a representative number.
    NO_PHONE = "FK-2013";
    /// A partner without a postal address.
    NO_ADDRESS = "FK-2014";
    /// The partner's page was looked at long ago (warning).
    PARTNER_STALE = "FK-2015";
    /// The case's address is not the partner's; the partner's is used (warning).
    ADDRESS_DIFFERS = "FK-2016";
    /// A package over the partner's size limit.
    OVER_SIZE = "FK-2017";
    /// A partner that asked for a Word file gets a zip, by --format (warning).
    WORD_AS_ZIP = "FK-2018";
    /// A partner that asked for a zip gets a Word file, by --format (warning).
    ZIP_AS_WORD = "FK-2019";
    /// 発信日 before the inquiry that the letter answers (warning).
    LETTER_BEFORE_INQUIRY = "FK-2020";
    /// 発信日 before that of the letter it cites or replaces (warning).
    LETTER_BEFORE_EARLIER = "FK-2021";
    /// 発信日 far ahead, or in a fiscal year that has not begun (warning).
    LETTER_AHEAD = "FK-2026";
    /// 表記差: one member, at L1, not settled.
    DOUBTFUL_NOTATION = "FK-3001";
    /// 記号・番号 or additional information contradicts every period.
    DOUBTFUL_CONTRADICTED = "FK-3002";
    /// 支援措置: not released.
    PROTECTED = "FK-3003";
    /// 3情報がそろわない in the inquiry.
    INCOMPLETE_INQUIRY = "FK-3004";
    /// A candidate whose own birth or sex is incomplete.
    INCOMPLETE_CANDIDATE = "FK-3005";
    /// Rows of one member differ in birth or sex.
    MEMBER_DIFFERS = "FK-3006";
    /// Additional information that leaves nobody.
    SETTLED_NOBODY = "FK-3007";
    /// A large insurer, and no optional item agrees.
    OPTIONAL_NEEDED = "FK-3008";
    /// null in a period that is not the latest.
    OLDER_OPEN = "FK-3009";
    /// A near miss (held when the office says so, else a warning).
    NEAR_MISS = "FK-3010";
    /// The confirmation names a member that did not match.
    CONFIRMED_OTHER = "FK-3011";
    /// The release was signed by somebody who may not.
    RELEASED_BY = "FK-3012";
    /// 同一人の再加入の可能性 (warning on the match card).
    SAME_PERSON = "FK-3013";
    /// A differing address or kanji name (warning).
    OPTIONAL_DIFFERS = "FK-3014";
    /// More was to be asked about a case that is not held.
    NOT_HELD = "FK-3015";
    /// A letter text that can't be read.
    WORDING = "FK-4001";
    /// A slot that no letter has.
    UNKNOWN_SLOT = "FK-4002";
    /// A form that can't be compiled.
    FORM = "FK-4003";
    /// A Word file that can't be read.
    DOCX = "FK-4004";
    /// A macro, an external link or an embedded object.
    ACTIVE_CONTENT = "FK-4005";
    /// An office's own form that is no Word file, or not one that can be opened safely.
    FORM_FILE = "FK-4010";
    /// A form of which nothing tells the kind of letter.
    FORM_KIND = "FK-4011";
    /// A tag that is none.
    FORM_TAG = "FK-4012";
    /// Braces that do not pair.
    FORM_BRACES = "FK-4013";
    /// A tag that has no value in this kind of letter.
    FORM_TAG_OTHER = "FK-4014";
    /// A tag where nothing is printed.
    FORM_TAG_UNSEEN = "FK-4015";
    /// Tags that this kind of letter must have.
    FORM_TAG_MISSING = "FK-4016";
    /// A section without the 照合番号 on each of its pages.
    FORM_CODE_MISSING = "FK-4017";
    /// Rows and paragraphs that can't repeat or vanish so.
    FORM_LAYOUT = "FK-4018";
    /// A macro.
    FORM_MACRO = "FK-4020";
    /// A link to something outside.
    FORM_LINK = "FK-4021";
    /// An embedded object.
    FORM_OBJECT = "FK-4022";
    /// Tracked changes.
    FORM_TRACKED = "FK-4023";
    /// Comments.
    FORM_COMMENT = "FK-4024";
    /// A field that asks, fetches or changes.
    FORM_FIELD = "FK-4025";
    /// Footnotes.
    FORM_NOTE = "FK-4026";
    /// A data source of a mail merge (warning: it is left out).
    FORM_SOURCE = "FK-4027";
    /// A document made from a form that is no good.
    FORM_UNSOUND = "FK-4028";
    /// Something of Word's that hides, or shows what we can't read.
    FORM_UNUSABLE = "FK-4029";
    /// An own text lacks what the letter must say.
    WORDING_LACKS = "FK-4040";
    /// A file in `wording/` whose name is none of a text's.
    WORDING_FILE = "FK-4041";
    /// A slot in an own text that has no value there, or not always.
    WORDING_SLOT = "FK-4042";
    /// A printed value with a character that a face may lack (warning).
    RARE_CHARACTER = "FK-4043";
    /// A picture that can't stand on letters.
    LOGO = "FK-4044";
    /// An addressee that the envelope's window has no room for, even in the smallest letters (warning).
    WINDOW = "FK-4045";
    /// The archive can't be read, or the password is wrong.
    OPEN = "FK-5001";
    /// Something in the archive is not sealed, or not ours.
    NOT_SEALED = "FK-5002";
    /// The passphrase is wrong, or the vault was changed.
    PASSPHRASE = "FK-5010";
    /// No passphrase to be had.
    NO_PASSPHRASE = "FK-5011";
    /// Vault parameters out of bounds.
    VAULT_BOUNDS = "FK-5012";
    /// A sealed value that does not belong where it stands.
    SEALED_VALUE = "FK-5013";
    /// A passphrase that is too short.
    WEAK_PASSPHRASE = "FK-5014";
    /// The password was destroyed.
    PASSWORD_GONE = "FK-5015";
    /// No such slot, or it is not clear which.
    NO_SLOT = "FK-5016";
    /// The last passphrase can't be taken away.
    LAST_PASSPHRASE = "FK-5017";
    /// No slot is free.
    SLOTS_FULL = "FK-5018";
    /// The new passphrase is the old one.
    SAME_PASSPHRASE = "FK-5019";
    /// A recovery code where a passphrase is asked for.
    BY_RECOVERY_CODE = "FK-5020";
    /// The vault's rows are older than the ledger says.
    VAULT_OLDER = "FK-5021";
    /// A sealed password that belongs to another parcel.
    PASSWORD_MOVED = "FK-5022";
    /// A live parcel without its sealed password.
    PASSWORD_MISSING = "FK-5023";
    /// A sealed password that the ledger does not account for.
    PASSWORD_UNLISTED = "FK-5024";
    /// No office database.
    NO_DATABASE = "FK-6001";
    /// The office database can't be read.
    DATABASE = "FK-6002";
    /// Somebody else is at work.
    IN_USE = "FK-6003";
    /// The disk refused.
    DISK = "FK-6004";
    /// The output folder is not usable.
    OUT = "FK-6005";
    /// The clock is before the last row's.
    CLOCK = "FK-6006";
    /// A ledger row does not fit its chain.
    CHAIN = "FK-6007";
    /// No such number.
    NO_NUMBER = "FK-6008";
    /// Changed content after an answer.
    ALREADY_ANSWERED = "FK-6010";
    /// The same id with another requester or date (warning).
    SAME_ID = "FK-6011";
    /// The same person and items under another id (warning).
    DOUBLE_ENTRY = "FK-6012";
    /// An out root that can't be reached.
    ROOT_GONE = "FK-6013";
    /// A continued case is about somebody else than the letter it continues.
    OTHER_PERSON = "FK-6014";
    /// The gate found a document that is not what the record says.
    GATE = "FK-6020";
    /// A finished package that is not what the ledger says.
    VERIFY = "FK-6021";
    /// A file that no package accounts for.
    UNLISTED = "FK-6022";
    /// Stopped because another case of the run was refused (--all-or-nothing).
    ALL_OR_NOTHING = "FK-6030";
    /// init where something already stands.
    EXISTS = "FK-6031";
    /// A folder on a network drive.
    NETWORK_DRIVE = "FK-6032";
    /// A letter date that is no date.
    LETTER_DATE = "FK-6033";
    /// A case that the files do not hold.
    NO_SUCH_CASE = "FK-6040";
    /// The files change nothing about the number that was to be corrected.
    NOTHING_TO_CORRECT = "FK-6041";
    /// The record is not the one that was answered.
    CHANGED_SINCE = "FK-6042";
    /// To be sent again the way it went before.
    SAME_CHANNEL = "FK-6043";
    /// A sealed package holds more cases than were given.
    PARTS_MISSING = "FK-6044";
    /// Answered or asked already: nothing to delay or to ask.
    NOTHING_OPEN = "FK-6045";
    /// A time that is none, or has passed.
    UNTIL = "FK-6046";
    /// Not held for 支援措置: nothing to release.
    NOT_PROTECTED = "FK-6047";
    /// A correction about another person (warning).
    CORRECTS_PERSON = "FK-6048";
    /// Nothing more was to be done about the case.
    CASE_CLOSED = "FK-6049";
    /// No password belongs to it: not a sealed parcel.
    UNSEALED = "FK-6060";
    /// A parcel that another one replaced.
    REPLACED = "FK-6061";
    /// A time that is none, has not come, or lies before what it follows.
    NOTED_AT = "FK-6062";
    /// The ledger says so already (warning).
    NOTED_ALREADY = "FK-6063";
    /// Nobody noted that it was sent (a warning where that follows from what is noted).
    NOT_SENT = "FK-6064";
    /// No update is called for.
    NO_FOLLOW_UP = "FK-6065";
    /// A reason that is not in the list.
    CLOSE_REASON = "FK-6066";
    /// A number whose parcel was never made, or is none any more.
    NOT_PACKED = "FK-6067";
    /// A name that a row can't hold.
    NOTED_BY = "FK-6068";
    /// A paper of the desk where a file stands already.
    PAPER_EXISTS = "FK-6069";
    /// A command line that is none of ours.
    USAGE = "FK-6070";
    /// A copied anchor that can't be read.
    ANCHOR_FORM = "FK-6080";
    /// The three items do not name one person.
    NO_PERSON = "FK-6081";
    /// A fiscal year that is not over, or of which the ledger has nothing.
    YEAR_NOT_OVER = "FK-6082";
    /// A fiscal year that is closed.
    YEAR_CLOSED = "FK-6083";
    /// A letter's date in a closed fiscal year.
    DATE_IN_CLOSED_YEAR = "FK-6084";
    /// A number that the ledger is past already.
    NOT_AHEAD = "FK-6085";
    /// The database server can't be reached.
    SERVER = "FK-6093";
    /// The database server went away in the middle.
    SERVER_LOST = "FK-6094";
    /// The database server does not let us in, or not at our tables.
    SERVER_RIGHTS = "FK-6095";
    /// A database server elsewhere without a certificate that can be trusted.
    SERVER_TLS = "FK-6096";
    /// A case that an interrupted run on another computer may have made already.
    ELSEWHERE = "FK-6097";
    /// A password of the database server where it may be read: in office.toml or the environment.
    SERVER_PASSWORD = "FK-6098";
    /// A place of the database that is none.
    DATABASE_FORM = "FK-6099";
    /// Ctrl-C: what is finished stands, the rest was not begun.
    STOPPED = "FK-6110";
    /// report.xlsx or report.jsonl can't be replaced: most often somebody has it open.
    REPORT = "FK-6120";
    /// An envelope whose label can't be made: most often its address is too long for the office's labels.
    LABEL = "FK-6121";
    /// A first label that the sheet does not have.
    LABELS_FROM = "FK-6122";
    /// A print file that the ledger knows and that is gone.
    PRINT_FILE = "FK-6123";
    /// A letter whose label is gone from the files of labels that lie there.
    NO_LABEL = "FK-6124";
    /// A closing of which nobody knows whether it came about.
    YEAR_UNKNOWN = "FK-6125";
    /// A year to be closed, and one before it is still open.
    YEAR_BEFORE = "FK-6126";
    /// A change of passphrases or keys of which nobody knows whether it came about.
    VAULT_UNKNOWN = "FK-6127";
    /// To be sent another way, and never made.
    NOTHING_MADE = "FK-6130";
    /// To be corrected or sent another way, and a later number stands for all of its cases.
    MOVED_ON = "FK-6131";
    /// A letter that was made anew by itself, and what it was lies in a set that is not recorded as sent.
    STILL_INSIDE = "FK-6140";
    /// A passphrase that is no text in UTF-8: typed by hand it would be another one.
    PASSPHRASE_TEXT = "FK-6141";
    /// To be proved, and it lies in no output folder.
    NO_OUTPUT = "FK-6144";
    /// A folder that is to be proved, and nothing that fukan made lies in it.
    NOTHING_OF_OURS = "FK-6145";
    /// The newest row of the ledger is of a time to come (warning).
    CLOCK_AHEAD = "FK-6146";
    /// This computer's clock is not that of the database server.
    SERVER_CLOCK = "FK-6147";
    /// The folder of a file that is to be made is not there.
    NO_FOLDER = "FK-6148";
    /// The clock is to be corrected, and no row of the ledger is of a time to come.
    CLOCK_RIGHT = "FK-6149";
    /// A posting list that lies there and can't be read, so that its envelopes may stand on the new one too.
    POSTING_LIST = "FK-6150";
    /// A database server that can only be read: a standby.
    SERVER_READ_ONLY = "FK-6151";
    /// A database whose encoding is not UTF8.
    SERVER_ENCODING = "FK-6152";
    /// To be moved to a server, and the ledger is on one already.
    NOT_A_FILE = "FK-6153";
    /// A folder of a number that the ledger has not given away.
    NUMBER_LIES_THERE = "FK-6155";
    /// A file of labels that says what it should and is not the one that was made.
    LABELS_CHANGED = "FK-6156";
    /// An output folder that holds nothing of what was made in it and is not sent: another one, or a disk that is not connected.
    OUTPUT_GONE = "FK-6157";
    /// A parcel that is not sent and does not lie where it was made (a warning where something is made).
    PARCEL_GONE = "FK-6158";
    /// An output folder that is the office's folder or lies in it.
    OUT_IN_OFFICE = "FK-6159";
    /// To be proved: a folder above output folders.
    OUTPUTS_BELOW = "FK-6160";
    /// Other people's work: a fault of fukan itself.
    OURS = "FK-9001";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_in_order() {
        assert!(ALL.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(ALL.iter().all(|code| code.as_str().len() == 7 && code.as_str().starts_with("FK-")));
    }
}
