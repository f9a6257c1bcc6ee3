//! 保険者の設定

use super::values::{either, flag, need, number, opt, section, wrong};
use crate::base::{Fault, code};
use crate::intake::node::Node;
use crate::intake::walk::{Faults, Object};
use crate::notice::insurer::BadInsurerNumber;
use crate::notice::{Insurer, InsurerKind, InsurerNumber};

/// The members above which one agreeing optional item is a condition of a reply.
const LARGE: u64 = 1_000_000;

/// The insurer, its name and its short name.
pub(super) fn read(top: &Object<'_>, out: &mut Faults) -> Option<(Insurer, String, String)> {
    let supervisors = supervisors(top, out);
    let node = top.node("insurer", out)?;
    let keys = &["number", "kind", "name", "short_name", "members"];
    let of = Object::open(node, "insurer", None, keys, out)?;
    let kind = need(&of, "insurer.kind", out);
    let kind = kind.and_then(|kind| {
        InsurerKind::parse(&kind)
            .or_else(|| wrong(of.field("insurer.kind"), "kyokai・kenpo・kokuho_kumiai・kouki のどれかです", out))
    });
    let insurer_number = insurer_number(&of, kind, out);
    let name = need(&of, "insurer.name", out);
    let members = of.node("insurer.members", out).and_then(|_| number(&of, "insurer.members", 1, 200_000_000, out));
    let short_name = opt(&of, "insurer.short_name", out);
    let (hold_near_miss, optional) = rules(top, out);
    let (name, members) = (name?, members?);
    let insurer = Insurer {
        number: insurer_number?,
        kind: kind?,
        members,
        require_optional_item: optional.unwrap_or(members >= LARGE),
        hold_near_miss,
        supervisors,
    };
    let short_name = short_name.unwrap_or_else(|| name.clone());
    Some((insurer, name, short_name))
}

/// 保険者番号 of that kind of insurer.
fn insurer_number(of: &Object<'_>, kind: Option<InsurerKind>, out: &mut Faults) -> Option<InsurerNumber> {
    let code = match InsurerNumber::parse(&need(of, "insurer.number", out)?) {
        Ok((number, own)) if kind.is_none_or(|kind| kind == own) => return Some(number),
        Err(BadInsurerNumber::OutOfScope) => code::INSURER_OUT_OF_SCOPE,
        Ok(_) | Err(BadInsurerNumber::Form | BadInsurerNumber::CheckDigit) => code::INSURER_NUMBER,
    };
    out.faults.push(Fault::new(code).at(of.field("insurer.number")));
    None
}

fn supervisors(top: &Object<'_>, out: &mut Faults) -> Vec<String> {
    let names = top.list("supervisors", out).iter();
    names
        .filter_map(|node| match node {
            Node::Text(name) => Some(name.clone()),
            _ => wrong(top.field("supervisors"), "氏名の一覧にしてください", out),
        })
        .collect()
}

/// Whether a near miss is held, and whether an optional item is asked for where that is said.
fn rules(top: &Object<'_>, out: &mut Faults) -> (bool, Option<bool>) {
    let Some(of) = section(top, "rules", &["near_miss", "require_optional_item"], out) else { return (false, None) };
    let near_miss = match of.opt_node("rules.near_miss") {
        None => Some(false),
        Some(_) => either(&of, "rules.near_miss", ("hold", "send"), "send・hold", out),
    };
    let optional = flag(&of, "rules.require_optional_item", out);
    (near_miss.unwrap_or(true), optional)
}
