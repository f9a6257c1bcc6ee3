//! 日付: any text as a day, a month, a span and a moment. What is read is printed and read again as the same.
#![no_main]

use fukan::base::date::{
    EraYear, Span, both, from_epoch_ms, month_both, parse, parse_moment, parse_month, parse_span, seireki, to_epoch_ms, wareki,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(day) = parse(text) {
        let year = EraYear::of(day).expect("no day before the eras is read");
        // An era of a hundred years is a typing error to us, and nobody writes such a date.
        let japanese = (year.year < 100).then(|| wareki(day));
        for printed in [Some(day.to_string()), Some(seireki(day)), japanese].into_iter().flatten() {
            assert_eq!(parse(&printed), Ok(day), "{printed}");
            assert_eq!(parse_span(&printed), Ok(Span::day(day)), "{printed}");
            assert_eq!(parse_moment(&printed).map(|m| m.date()), Ok(day), "{printed}");
        }
        assert!(both(day).starts_with(&year.to_string()));
    }
    if let Ok(month) = parse_month(text) {
        let printed = month_both(month);
        let (era, _) = printed.split_once('（').unwrap_or((&printed, ""));
        let plain = format!("{:04}-{:02}", month.year, month.month);
        if month.year < 2118 {
            assert_eq!(parse_month(era), Ok(month), "{era}");
        }
        assert_eq!(parse_month(&plain), Ok(month), "{plain}");
        let span = parse_span(text).expect("a month is a span");
        assert_eq!((span.from.year(), span.from.month(), span.from.day()), (month.year, month.month, 1));
        assert_eq!(span.to, span.from.last_of_month());
    }
    if let Ok(span) = parse_span(text) {
        assert!(span.from <= span.to && span.holds(span.from) && span.holds(span.to));
    }
    if let Ok(moment) = parse_moment(text) {
        if moment.date().to_string() != "9999-12-31" {
            assert_eq!(from_epoch_ms(to_epoch_ms(moment)), moment);
        }
        let printed = moment.strftime("%Y-%m-%dT%H:%M:%S").to_string();
        assert_eq!(parse_moment(&printed), Ok(moment), "{printed}");
    }
});
