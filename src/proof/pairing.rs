//! 照合番号の付与: the code of a document comes from T with the placeholder, which the form foretells; then it is stamped.

use super::draft::{Draft, DraftDocument, Listed};
use crate::base::Fault;
use crate::letter::{LetterKind, Slot, Values};
use crate::press::{Press, pad};
use crate::seal::code::PLACEHOLDER;
use crate::seal::{CodeInput, OfficeKeys, PairingCode};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// 照合番号を付けた文書.
pub struct PairedDocument {
    /// Its number.
    pub number: String,
    /// Its file or entry name.
    pub name: String,
    /// Which form.
    pub kind: LetterKind,
    /// The .docx.
    pub bytes: Zeroizing<Vec<u8>>,
    /// Its code.
    pub code: PairingCode,
}

/// 照合番号を付けた一式: the listing first, then the documents in their order.
pub struct Paired {
    documents: Vec<PairedDocument>,
}

impl Paired {
    /// Every document.
    pub fn documents(&self) -> &[PairedDocument] {
        &self.documents
    }

    /// The code that a mail draft shows: that of the listing, or of the only document.
    pub fn leading_code(&self) -> Option<PairingCode> {
        self.documents.first().map(|document| document.code)
    }

    /// For [`Parcel`](super::Parcel) alone.
    pub(super) fn into_documents(self) -> Vec<PairedDocument> {
        self.documents
    }
}

/// The MAC's input for one document of a draft.
pub fn code_of(keys: &OfficeKeys, draft: &Draft, kind: LetterKind, number: &str, masked: &str) -> PairingCode {
    PairingCode::new(
        keys,
        &CodeInput {
            insurer: &draft.insurer,
            number,
            kind: kind.id(),
            channel: draft.channel().word(),
            municipality: &draft.municipality,
            destination: &draft.destination.line(),
            text: masked,
        },
    )
}

/// Stamps and binds every document of a draft; those that will be sealed one by one are padded.
pub fn pair(press: &Press, keys: &OfficeKeys, draft: &Draft, padded: bool) -> Result<Paired, Fault> {
    let binder = Binder { press, keys, draft, padded };
    let mut documents = Vec::with_capacity(draft.count());
    for document in &draft.documents {
        documents.push(binder.bind(document, &document.values)?);
    }
    if let Some(summary) = &draft.summary {
        let listed: Vec<Listed> = documents.iter().map(listed).collect();
        documents.insert(0, binder.bind(&summary.document, &summary.values(&listed))?);
    }
    Ok(Paired { documents })
}

/// What a listing says of a finished document.
fn listed(document: &PairedDocument) -> Listed {
    Listed { code: document.code, sha256: Some(sha256_hex(&document.bytes)) }
}

/// SHA-256 in hex.
pub fn sha256_hex(bytes: &[u8]) -> String {
    let digits = |byte: &u8| [byte >> 4, byte & 15].map(u32::from);
    Sha256::digest(bytes).iter().flat_map(digits).filter_map(|digit| char::from_digit(digit, 16)).collect()
}

struct Binder<'a> {
    press: &'a Press,
    keys: &'a OfficeKeys,
    draft: &'a Draft,
    padded: bool,
}

impl Binder<'_> {
    fn bind(&self, document: &DraftDocument, values: &Values) -> Result<PairedDocument, Fault> {
        let plate = self.press.plate(document.kind)?;
        let mut values = values.clone();
        values.set(Slot::PairingCode, PLACEHOLDER);
        // T as the form tells it: the gate reads T back from the finished bytes, and lets nothing through where the two differ.
        let masked = Zeroizing::new(plate.expected_text(&values)?);
        let code = code_of(self.keys, self.draft, document.kind, &document.number, &masked);
        values.set(Slot::PairingCode, code.to_string());
        let mut bytes = plate.stamp(&values)?;
        if self.padded {
            bytes = pad::pad_to_step(bytes, self.press.floor())?;
        }
        Ok(PairedDocument {
            number: document.number.clone(),
            name: document.name.clone(),
            kind: document.kind,
            bytes: Zeroizing::new(bytes),
            code,
        })
    }
}
