"""Writes a case file of N mailed answers with twelve rows each: `cases.py N FILE`. Everybody and everything in it is made up."""
import json
import sys

KANA = "アイカキサシタチナニハマミヤユリルワ"
SECTIONS = "一二三四五六七八九"
ANSWERS = {
    "保険者番号": "06990014",
    "保険者名称": "練習電機健康保険組合",
    "被保険者等記号": "1234",
    "被保険者等番号": "567",
    "枝番": "01",
    "本人・家族区分": "1",
    "資格取得年月日": "2010-04-01",
    "資格喪失年月日": None,
    "基準日における加入の有無": "1",
    "被保険者（組合員）氏名": "笹本 直哉",
    "続柄": "本人",
    "一部負担金の割合": "30",
}


def case(n):
    kana = "ササモト " + "".join(KANA[n // len(KANA) ** k % len(KANA)] for k in range(4))
    who = {"kana": kana, "birth": f"19{60 + n % 40}-03-0{1 + n % 9}", "sex": "1", "name": f"笹本 {SECTIONS[n % 9]}哉", "address": None}
    number = f"{5000 + n}"
    answers = ANSWERS | {"被保険者等番号": number, "資格取得年月日": f"2010-04-{1 + n % 28:02}"}
    periods = {"member": f"{n:07}", "acquired": answers["資格取得年月日"], "lost": None, "my_number_held": False, "protected": False}
    return {
        "id": f"P-{n:05}",
        "received": {"at": "2026-11-20T10:15", "via": "document", "document_no": f"札保感第{n}号", "document_date": "2026-11-18"},
        "reply_by": "email",
        "requester": {
            "municipality": "札幌市", "code": "011002", "section": f"保健福祉部 第{SECTIONS[n % 9]}課", "officer": "佐伯 千尋",
            "email": "hoken@example.lg.jp", "postal_code": None, "address": None, "phone": "000-000-0177",
            "addressee": None, "reference": f"感-{n:05}",
        },
        "procedure": {"number": "10-2", "name": "他の法令による給付との調整"},
        "subject": who | {"symbol": None, "number": None},
        "additional": {"acquired": None, "lost": None, "address": None, "symbol": None, "number": None},
        "asked_period": None, "records_at": None, "items": list(answers), "outside_items": [],
        "candidates": [who | periods | {"symbol": answers["被保険者等記号"], "number": number, "answers": answers}],
        "confirmed": None, "released": None,
    }


if __name__ == "__main__":
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        for n in range(int(sys.argv[1])):
            file.write(json.dumps(case(n), ensure_ascii=False) + "\n")
