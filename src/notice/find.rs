//! 3情報の照合 (N7-N9): who is it? The finding table of DESIGN section 3, line by line.

use super::inquiry::{Inquiry, Sex};
use super::insurer::Insurer;
use super::member::{Candidate, Confirmed, Stated};
use super::optional::{addresses_agree, stated_numbers};
use super::vet::Vetted;
use crate::base::kana::{Folded, Level};
use crate::base::{Arg, Code, Fault, Field, code, near};

/// 照合結果.
#[derive(Clone, Debug)]
pub enum Finding {
    /// One member: a reply may be made.
    Matched(Matched),
    /// Nobody at L0 or L1.
    NoMatch(Option<NearMiss>),
    /// 複数該当: ask for more. How many they are is said nowhere.
    Several,
    /// One, but not surely: held for a person to look at.
    Doubtful(Doubt),
}

/// 該当者. The rows of one matched member; made here alone, so that a reply for an unmatched person does not compile.
#[derive(Clone, Debug)]
pub struct Matched {
    rows: Vec<usize>,
}

impl Matched {
    /// Which rows of [`Stated::candidates`], oldest enrolment first.
    pub fn rows(&self) -> &[usize] {
        &self.rows
    }
}

/// 近似: nobody matched, but somebody nearly did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NearMiss {
    /// The row, from 1.
    pub row: usize,
}

/// 保留の理由.
#[derive(Clone, Debug)]
pub struct Doubt {
    /// Why, with codes 3xxx.
    pub fault: Fault,
}

/// 照合票: what agreed and what did not, row by row, without a value.
#[derive(Clone, Debug)]
pub struct Card {
    /// One line a candidate row.
    pub rows: Vec<CardRow>,
    /// The chance, 1 in n, that three items alone hit a wrong member of an insurer of this size.
    pub collision_one_in: u64,
}

/// One line of the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CardRow {
    /// The row, from 1.
    pub row: usize,
    /// フリガナ
    pub kana: Option<Level>,
    /// 生年月日
    pub birth: bool,
    /// 性別
    pub sex: bool,
    /// The inquiry says 不明: then no candidate's agrees, and none differs either.
    pub sex_unknown: bool,
    /// 記号・番号; none when either side is silent.
    pub numbers: Option<bool>,
    /// 住所; none when either side is silent.
    pub address: Option<bool>,
}

impl CardRow {
    fn level(&self) -> Option<Level> {
        self.kana.filter(|_| self.birth && self.sex)
    }

    fn matches(&self) -> bool {
        self.level().is_some_and(|level| level <= Level::Notation)
    }

    fn is_near_miss(&self) -> bool {
        let kana = self.kana.is_some_and(|level| level <= Level::Notation);
        let agreeing = [kana, self.birth, self.sex].into_iter().filter(|agrees| *agrees).count();
        !self.matches() && (agreeing >= 2 || self.level() == Some(Level::Candidate))
    }

    /// Found by neither of the two items that people search by. 性別 says nothing here: of any two people half share it.
    fn is_a_stranger(&self) -> bool {
        self.kana.is_none() && !self.birth
    }
}

/// The finding with what led to it.
#[derive(Clone, Debug)]
pub struct Found {
    /// The finding.
    pub finding: Finding,
    /// The match card.
    pub card: Card,
    /// What was odd without changing the finding.
    pub warnings: Vec<Fault>,
    /// 行ずれ: every candidate is a stranger. None where there is no candidate, which says nothing of it.
    pub slipped: Option<bool>,
}

/// Matches the subject of a vetted inquiry against what the insurer stated.
pub fn find(vetted: &Vetted, stated: &Stated, insurer: &Insurer) -> Found {
    let inquiry = vetted.inquiry();
    let card = card(inquiry, stated, insurer);
    let slipped = (!card.rows.is_empty()).then(|| card.rows.iter().all(CardRow::is_a_stranger));
    let mut warnings: Vec<Fault> = card
        .rows
        .iter()
        .filter(|row| row.is_a_stranger())
        .map(|row| Fault::new(code::ROW_SLIPPED).at(CANDIDATE.nth(row.row)))
        .collect();
    let search = Search { inquiry, stated, insurer, card: &card };
    let finding = search.run(&mut warnings);
    Found { finding, card, warnings, slipped }
}

const CANDIDATE: Field = Field::new("候補", "candidates");
const CONFIRMED: Field = Field::new("確認_加入者", "confirmed.member");

fn card(inquiry: &Inquiry, stated: &Stated, insurer: &Insurer) -> Card {
    let folded = Folded::new(inquiry.subject.kana.expose().as_str());
    let rows = stated.candidates.iter().enumerate().map(|(index, row)| CardRow {
        row: index + 1,
        kana: folded.level(&row.folded),
        birth: agree_birth(inquiry, row),
        sex: agree_sex(inquiry, row),
        sex_unknown: *inquiry.subject.sex.expose() == Sex::Unknown,
        numbers: numbers(inquiry, row, insurer),
        address: address(inquiry, row),
    });
    Card { rows: rows.collect(), collision_one_in: insurer.collision_one_in() }
}

fn agree_birth(inquiry: &Inquiry, row: &Candidate) -> bool {
    match (inquiry.subject.birth.expose().day(), row.birth.expose().day()) {
        (Some(asked), Some(held)) => asked == held,
        _ => false,
    }
}

fn agree_sex(inquiry: &Inquiry, row: &Candidate) -> bool {
    let (asked, held) = (*inquiry.subject.sex.expose(), *row.sex.expose());
    asked != Sex::Unknown && asked == held
}

fn numbers(inquiry: &Inquiry, row: &Candidate, insurer: &Insurer) -> Option<bool> {
    let pairs = stated_numbers(inquiry);
    if pairs.iter().any(|pair| pair.contradict(row)) {
        return Some(false);
    }
    pairs.iter().any(|pair| pair.agree(row, insurer.kind)).then_some(true)
}

fn address(inquiry: &Inquiry, row: &Candidate) -> Option<bool> {
    let held = row.address.as_ref();
    let stated = [inquiry.subject.address.as_ref(), inquiry.additional.address.as_ref()];
    let verdicts: Vec<bool> = stated.into_iter().filter_map(|stated| addresses_agree(stated, held)).collect();
    (!verdicts.is_empty()).then(|| verdicts.contains(&true))
}

/// 一人の加入者: the rows under one 加入者 key, or under several that a named person joined.
#[derive(Clone)]
struct Person {
    members: Vec<String>,
    rows: Vec<usize>,
}

struct Search<'a> {
    inquiry: &'a Inquiry,
    stated: &'a Stated,
    insurer: &'a Insurer,
    card: &'a Card,
}

impl Search<'_> {
    fn run(&self, warnings: &mut Vec<Fault>) -> Finding {
        self.look(warnings).unwrap_or_else(Finding::Doubtful)
    }

    fn look(&self, warnings: &mut Vec<Fault>) -> Result<Finding, Doubt> {
        let subject = &self.inquiry.subject;
        if subject.birth.expose().day().is_none() || *subject.sex.expose() == Sex::Unknown {
            return Err(doubt(code::INCOMPLETE_INQUIRY));
        }
        let people = self.people()?;
        self.refuse_incomplete_candidates()?;
        let matching: Vec<Person> = people.into_iter().filter(|p| self.level(p).is_some()).collect();
        self.refuse_protected(&matching)?;
        let matching = self.join(matching)?;
        match matching.as_slice() {
            [] => self.nobody(warnings),
            [one] => self.one(one, warnings).map(Finding::Matched),
            several => self.several(several, warnings),
        }
    }

    fn row(&self, index: usize) -> &Candidate {
        &self.stated.candidates[index]
    }

    fn people(&self) -> Result<Vec<Person>, Doubt> {
        let mut people: Vec<Person> = Vec::new();
        for (index, row) in self.stated.candidates.iter().enumerate() {
            match people.iter_mut().find(|p| p.members.contains(row.member.expose())) {
                Some(person) => {
                    let first = self.row(person.rows[0]);
                    if first.birth != row.birth || first.sex != row.sex {
                        return Err(doubt_at(code::MEMBER_DIFFERS, index));
                    }
                    person.rows.push(index);
                }
                None => people.push(Person { members: vec![row.member.expose().clone()], rows: vec![index] }),
            }
        }
        Ok(people)
    }

    /// A candidate whose own birth or sex is incomplete holds the case if its other items agree.
    fn refuse_incomplete_candidates(&self) -> Result<(), Doubt> {
        for row in &self.card.rows {
            let held = self.row(row.row - 1);
            let (no_birth, no_sex) = (held.birth.expose().day().is_none(), *held.sex.expose() == Sex::Unknown);
            let kana = row.kana.is_some_and(|level| level <= Level::Notation);
            if (no_birth || no_sex) && kana && (no_birth || row.birth) && (no_sex || row.sex) {
                return Err(doubt_at(code::INCOMPLETE_CANDIDATE, row.row - 1));
            }
        }
        Ok(())
    }

    /// The best level of a person's rows, L0 or L1.
    fn level(&self, person: &Person) -> Option<Level> {
        person.rows.iter().filter_map(|r| self.card.rows[*r].level()).min().filter(|level| *level <= Level::Notation)
    }

    /// 支援措置: any matching candidate that is protected holds the case until a listed supervisor released it.
    fn refuse_protected(&self, matching: &[Person]) -> Result<(), Doubt> {
        let protected = matching.iter().flat_map(|p| &p.rows).find(|r| self.row(**r).protected);
        let Some(row) = protected else { return Ok(()) };
        let Some(released) = &self.stated.released else {
            return Err(doubt_at(code::PROTECTED, *row));
        };
        let by = near::plain(released.by.as_str());
        let listed = self.insurer.supervisors.iter().any(|name| near::plain(name) == by);
        // 高瀬 and 高瀬 事務長 are one person.
        let one = |other: &str| by.starts_with(other) || other.starts_with(&by);
        let same = self.stated.confirmed.as_ref().is_some_and(|c| one(&near::plain(c.by.as_str())));
        if !listed || same {
            return Err(Doubt { fault: Fault::new(code::RELEASED_BY).at(Field::new("解除_者", "released.by")) });
        }
        Ok(())
    }

    /// `confirmed.same_person` joins members whose periods do not overlap; fukan never does by itself.
    fn join(&self, matching: Vec<Person>) -> Result<Vec<Person>, Doubt> {
        let Some(confirmed) = self.stated.confirmed.as_ref().filter(|c| !c.same_person.is_empty()) else {
            return Ok(matching);
        };
        let named = |p: &Person| confirmed.same_person.iter().any(|m| p.members.contains(m.expose()));
        let (joined, mut rest): (Vec<Person>, Vec<Person>) = matching.into_iter().partition(named);
        let all_here = joined.len() == confirmed.same_person.len();
        if !all_here || self.any_overlap(&joined) {
            return Err(Doubt {
                fault: Fault::new(code::CONFIRMED_OTHER).at(Field::new("確認_加入者", "confirmed.same_person")),
            });
        }
        let mut person = Person { members: Vec::new(), rows: Vec::new() };
        for mut one in joined {
            person.members.append(&mut one.members);
            person.rows.append(&mut one.rows);
        }
        rest.insert(0, person);
        Ok(rest)
    }

    fn any_overlap(&self, people: &[Person]) -> bool {
        people.iter().enumerate().any(|(i, a)| {
            people[i + 1..].iter().any(|b| a.rows.iter().any(|x| b.rows.iter().any(|y| self.row(*x).overlaps(self.row(*y)))))
        })
    }

    fn nobody(&self, warnings: &mut Vec<Fault>) -> Result<Finding, Doubt> {
        let near = self.card.rows.iter().find(|row| row.is_near_miss()).map(|row| NearMiss { row: row.row });
        if let Some(near) = near {
            if self.insurer.hold_near_miss {
                return Err(doubt_at(code::NEAR_MISS, near.row - 1));
            }
            warnings.push(Fault::new(code::NEAR_MISS).at(CANDIDATE.nth(near.row)));
        }
        Ok(Finding::NoMatch(near))
    }

    /// As for one: L1 must be settled, a contradiction confirmed, a large insurer needs an optional item.
    fn one(&self, person: &Person, warnings: &mut Vec<Fault>) -> Result<Matched, Doubt> {
        let level = self.level(person).unwrap_or(Level::Candidate);
        let confirmed = self.confirmation(person)?;
        let optional = person.rows.iter().any(|r| {
            let row = &self.card.rows[*r];
            row.numbers == Some(true) || row.address == Some(true)
        });
        if level > Level::Same && !optional && !confirmed {
            return Err(doubt_at(code::DOUBTFUL_NOTATION, person.rows[0]));
        }
        if person.rows.iter().all(|r| self.contradicts(*r)) && !confirmed {
            return Err(doubt_at(code::DOUBTFUL_CONTRADICTED, person.rows[0]));
        }
        if self.insurer.require_optional_item && !optional {
            return Err(doubt_at(code::OPTIONAL_NEEDED, person.rows[0]));
        }
        self.warn_of_differences(person, warnings);
        let mut rows = person.rows.clone();
        rows.sort_by_key(|r| *self.row(*r).acquired.expose());
        Ok(Matched { rows })
    }

    /// Whether a named person confirmed this member; a confirmation of another one holds the case.
    fn confirmation(&self, person: &Person) -> Result<bool, Doubt> {
        match &self.stated.confirmed {
            Some(Confirmed { member: Some(member), .. }) if person.members.contains(member.expose()) => Ok(true),
            Some(Confirmed { member: Some(_), .. }) => Err(Doubt { fault: Fault::new(code::CONFIRMED_OTHER).at(CONFIRMED) }),
            // Joining two members says that they are one, not that they are the one asked about.
            Some(Confirmed { member: None, .. }) | None => Ok(false),
        }
    }

    /// Stated 記号・番号 or additional information says something else than this row.
    fn contradicts(&self, index: usize) -> bool {
        let (row, added) = (self.row(index), &self.inquiry.additional);
        let acquired = added.acquired.as_ref().is_some_and(|span| !span.expose().holds(*row.acquired.expose()));
        let lost = added.lost.as_ref().is_some_and(|span| !row.lost_on().is_some_and(|day| span.expose().holds(day)));
        let address = addresses_agree(added.address.as_ref(), row.address.as_ref()) == Some(false);
        acquired || lost || address || self.card.rows[index].numbers == Some(false)
    }

    /// Something stated agrees with this row, beyond the three items.
    fn supports(&self, index: usize) -> bool {
        let (row, added) = (self.row(index), &self.inquiry.additional);
        let card = &self.card.rows[index];
        let acquired = added.acquired.as_ref().is_some_and(|span| span.expose().holds(*row.acquired.expose()));
        let lost = added.lost.as_ref().is_some_and(|span| row.lost_on().is_some_and(|day| span.expose().holds(day)));
        let address = addresses_agree(added.address.as_ref(), row.address.as_ref()) == Some(true);
        let number = stated_numbers(self.inquiry).iter().any(|pair| pair.agree(row, self.insurer.kind));
        acquired || lost || address || number && card.numbers == Some(true)
    }

    fn several(&self, people: &[Person], warnings: &mut Vec<Fault>) -> Result<Finding, Doubt> {
        let told = !self.inquiry.additional.is_empty() || self.card.rows.iter().any(|row| row.numbers.is_some());
        if told {
            let left: Vec<&Person> = people.iter().filter(|p| p.rows.iter().any(|r| !self.contradicts(*r))).collect();
            match left.as_slice() {
                [] => return Err(doubt(code::SETTLED_NOBODY)),
                // Left over is not enough: something must speak for the one that is left.
                [one] if one.rows.iter().any(|r| !self.contradicts(*r) && self.supports(*r)) => {
                    return self.one(one, warnings).map(Finding::Matched);
                }
                _ => {}
            }
        }
        // 同一人の再加入の可能性
        if self.same_three_items(people) && !self.any_overlap(people) {
            warnings.push(Fault::new(code::SAME_PERSON).at(CANDIDATE));
        }
        Ok(Finding::Several)
    }

    fn same_three_items(&self, people: &[Person]) -> bool {
        let kana = |p: &Person| &self.row(p.rows[0]).folded.same;
        people.windows(2).all(|pair| kana(&pair[0]) == kana(&pair[1]))
    }

    /// A differing address or kanji name is told, never decisive.
    fn warn_of_differences(&self, person: &Person, warnings: &mut Vec<Fault>) {
        let subject = &self.inquiry.subject;
        let differs = |stated: &Option<_>, held: &dyn Fn(&Candidate) -> Option<String>| {
            let Some(stated) =
                stated.as_ref().map(|s: &crate::base::Personal<crate::base::SafeText>| near::plain(s.expose().as_str()))
            else {
                return false;
            };
            let held: Vec<String> = person.rows.iter().filter_map(|r| held(self.row(*r))).collect();
            !held.is_empty() && !held.contains(&stated)
        };
        if differs(&subject.name, &|row| row.name.as_ref().map(|n| near::plain(n.expose().as_str()))) {
            warnings.push(Fault::new(code::OPTIONAL_DIFFERS).at(Field::new("氏名", "subject.name")));
        }
        if person.rows.iter().all(|r| self.card.rows[*r].address == Some(false)) {
            warnings.push(Fault::new(code::OPTIONAL_DIFFERS).at(Field::new("住所", "subject.address")));
        }
    }
}

fn doubt(code: Code) -> Doubt {
    Doubt { fault: Fault::new(code) }
}

fn doubt_at(code: Code, row: usize) -> Doubt {
    Doubt { fault: Fault::new(code).at(CANDIDATE.nth(row + 1)).with("row", Arg::count(row as u64 + 1)) }
}
