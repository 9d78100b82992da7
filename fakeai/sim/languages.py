"""What prose knows of the languages it is written in, as data."""
# ruff: noqa: RUF001 - letters of other alphabets are the point

from __future__ import annotations

from typing import Final

import msgspec


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


class Language(msgspec.Struct, frozen=True, kw_only=True):
    """How one language is recognised, and how it speaks of a prompt.

    `script` holds the characters that only this language uses here; a language in Latin letters
    is known by its stop words. `openings` name the whole topic, `remarks` one word of it.
    """

    script: str = ""
    spaced: bool = True
    stop_words: frozenset[str] = frozenset()
    list_words: frozenset[str] = frozenset()
    openings: tuple[str, ...] = ('"{topic}".',)
    remarks: tuple[str, ...] = ()


LANGUAGES: Final[dict[str, Language]] = {
    "en": Language(
        stop_words=_words(
            "a about all also am an and any are as ask asked at be because been but by can code "
            "could count counts create describe did do does each explain few find for from "
            "generate get give had has have hello help here hey hi how i if in into is it its "
            "just let like list make many me more most my need no not now of on one only or other "
            "our out over please say short should show so some step steps such tell text than "
            "thank thanks that the their them then there these they this those to up us use using "
            "very want was way we well were what when where which who why will with word words "
            "work works would write you your"
        ),
        list_words=_words(
            "list lists bullet bullets steps ways tips ideas reasons examples checklist outline"
        ),
        openings=(
            'Here is a short answer about "{topic}".',
            'Let us look at "{topic}" step by step.',
            'There are a few things worth knowing about "{topic}".',
            'Here is what matters most about "{topic}".',
        ),
        remarks=(
            "In practice, {word} is where most of the questions begin.",
            "The role of {word} becomes clearer with an example.",
            "For {word}, the same reasoning applies with a few exceptions.",
            "It is worth keeping {word} in mind at this point.",
            "None of this changes what was said about {word} above.",
            "Compared with the rest, {word} deserves the closest look.",
        ),
    ),
    "de": Language(
        stop_words=_words(
            "aber als am an auch auf aus bei bin bitte das dass dem den der des die dir du durch "
            "ein eine einem einen einer er erkläre es funktioniert für gib hallo hat ich ihr im "
            "in ist kann mein mich mir mit nach nicht noch oder schreibe sich sie sind so um und "
            "uns vom von vor warum was wenn wer wie wir wird wo zu zum zur über"
        ),
        list_words=_words("liste schritte tipps ideen gründe beispiele stichpunkte"),
        openings=(
            "Hier ist eine kurze Antwort zu „{topic}“.",
            "Zu „{topic}“ gibt es einiges zu sagen.",
        ),
        remarks=(
            "In der Praxis beginnt vieles mit {word}.",
            "Auch bei {word} gilt diese Überlegung.",
        ),
    ),
    "fr": Language(
        stop_words=_words(
            "au aux avec bonjour ce ces cette comment dans de des donne donne-moi du elle en est "
            "et explique explique-moi fonctionne il ils je la le les leur ma mais me mes moi mon "
            "ne nous on ou où par pas plus pour pourquoi que quel quelle qui sa se ses son sont "
            "sur ta te tes toi ton tu un une vous à écris être"
        ),
        list_words=_words("liste étapes conseils idées raisons exemples"),
        openings=(
            "Voici une courte réponse au sujet de « {topic} ».",
            "Plusieurs points méritent attention à propos de « {topic} ».",
        ),
        remarks=(
            "En pratique, tout commence souvent par {word}.",
            "Le même raisonnement vaut pour {word}.",
        ),
    ),
    "es": Language(
        stop_words=_words(
            "a al como con cuando cuál cómo de del dime el ella en es escribe esta este explica "
            "hola la las lo los me mi muy más no nos o para pero por porque que quién qué se ser "
            "si sin sobre son su sus te tu un una y ya yo"
        ),
        list_words=_words("lista pasos consejos ideas razones ejemplos"),
        openings=(
            "Aquí tienes una respuesta breve sobre «{topic}».",
            "Hay varias cosas que conviene saber sobre «{topic}».",
        ),
        remarks=(
            "En la práctica, casi todo empieza con {word}.",
            "El mismo razonamiento vale para {word}.",
        ),
    ),
    "it": Language(
        stop_words=_words(
            "a al alla anche che chi ci ciao come con cosa da dal dammi degli dei del della di e "
            "gli ha i il in io la le lo ma mi nel non o per perché più quale quando scrivi se si "
            "sono spiega su sul tu un una uno è"
        ),
        list_words=_words("elenco lista passi consigli idee motivi esempi"),
        openings=(
            "Ecco una breve risposta su «{topic}».",
            "Ci sono alcune cose da sapere su «{topic}».",
        ),
        remarks=(
            "In pratica, quasi tutto comincia con {word}.",
            "Lo stesso ragionamento vale per {word}.",
        ),
    ),
    "ru": Language(
        script="\u0400-\u04ff",
        stop_words=_words(
            "а без в вы да для до его если и из или к как когда кто мне мой мы на напиши не но о "
            "об объясни он от по почему при про работает с со так то у что чтобы это я"
        ),
        list_words=_words("список шаги шагов советы советов идеи причины примеры"),
        openings=("Вот краткий ответ на тему «{topic}».", "О «{topic}» можно сказать многое."),
        remarks=("Отдельного внимания заслуживает {word}.",),
    ),
    "ja": Language(
        script="\u3040-\u30ff",
        spaced=False,
        list_words=frozenset({"リスト", "手順", "箇条書"}),
        openings=(
            "「{topic}」について簡単に説明します。",
            "「{topic}」には大切な点がいくつかあります。",
        ),
        remarks=("実際には「{word}」から始めるとよいでしょう。",),
    ),
    "zh": Language(
        script="\u4e00-\u9fff",
        spaced=False,
        stop_words=_words(
            "一下 一个 与 为什么 了 什么 介绍 你 关于 写 列出 可以 吗 "
            "告诉 呢 和 在 如何 怎么 怎样 我 是 的 给 解释 说明 请"
        ),
        list_words=frozenset({"列表", "步骤", "清单"}),
        openings=("关于“{topic}”，简要说明如下。", "“{topic}”有几点值得注意。"),
        remarks=("实际上，“{word}”往往是关键。",),
    ),
    "el": Language(script="\u0370-\u03ff"),
    "he": Language(script="\u0590-\u05ff"),
    "ar": Language(script="\u0600-\u06ff"),
    "fa": Language(script="\u0600-\u06ff"),
    "th": Language(script="\u0e00-\u0e7f"),
    "ka": Language(script="\u10a0-\u10ff"),
    "hy": Language(script="\u0530-\u058f"),
}  # fmt: skip
PLAIN: Final = Language()

#: Punctuation that stands between words, and ends a phrase.
BREAKS: Final = ',;:!?"`()[]<>*#\\|=~“”„«»…¿¡—–'
#: Punctuation that may touch a word or be part of it.
JOINTS: Final = ".'/-_+{}‘’"

CODE_WORDS: Final = _words(
    "code function script program snippet python javascript typescript sql bash regex algorithm "
    "implement class código programma programm fonction funktion функция код"
)
#: How some of them are written, besides in small letters, with a capital or in capitals.
CODE_NAMES: Final = {"JavaScript": "javascript", "TypeScript": "typescript"}
# Code for those who ask for it; `{name}` becomes an identifier made of the topic.
SNIPPETS: Final[dict[str, str]] = {
    "python": '''def {name}(items: list[str]) -> dict[str, int]:
    """Count how often each item occurs."""
    counts: dict[str, int] = {}
    for item in items:
        counts[item] = counts.get(item, 0) + 1
    return counts
''',
    "javascript": """function {name}(items) {
  const counts = new Map();
  for (const item of items) {
    counts.set(item, (counts.get(item) ?? 0) + 1);
  }
  return counts;
}
""",
    "sql": """SELECT item, COUNT(*) AS occurrences
FROM {name}
GROUP BY item
ORDER BY occurrences DESC;
""",
    "bash": """{name}() {
  sort "$1" | uniq -c | sort -rn
}
""",
}
