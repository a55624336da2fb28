"""Lays the places of a schema out as the steps of a form, as long as people can take in, with the groups within them flattened.

A form knows steps and repeated steps, and nothing within them. A group that may be left out gets a question of ours in front;
what is repeated within something repeated is asked once in each entry, and that is noted.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from services.applications.fim import conditions, questions
from services.applications.fim.elements import Count, Field, Group
from services.applications.fim.naming import Names
from services.applications.fim.notes import Notes
from services.applications.fim.places import Choice, Place, surroundings
from services.applications.fim.questions import Question, Text, both

LONGEST_STEP = 12
"""Questions; a group with more of them has a step for each of the groups within."""
SMALL = 4
MOST_ENTRIES = 50
ONE_IN_EACH_LINE = {"de": "Mehrere Angaben: jede in eine neue Zeile.", "en": "Several: each on a new line."}


@dataclass(slots=True)
class Step:
    """A section of the service file, and the comments above it and below its last question."""

    title: Text
    comments: list[str] = field(default_factory=list)
    below: list[str] = field(default_factory=list)
    helps: list[str] = field(default_factory=list)
    entry: dict[str, Any] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)


@dataclass(slots=True)
class _Waiting:
    """Static text and comments that belong to the question or step that comes next."""

    words: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    def move(self, words: list[str], comments: list[str]) -> None:
        words += filter(None, self.words)
        comments += self.comments
        self.words, self.comments = [], []


class Layout:
    """The steps of one form while they are laid out."""

    def __init__(self, top: Place, asked: set[Place], names: Names, notes: Notes) -> None:
        self._asked, self._names, self._notes = asked, names, notes
        self._steps: list[Step] = []
        self._step: Step | None = None
        self._waiting = _Waiting()
        self._owner = top
        """The group whose title a new step has."""
        self._inside: Place | None = None
        """The repeated group whose entries are laid out."""
        self._later: list[tuple[Place, _Waiting]] = []
        """What is repeated in the group of this step, for steps of its own afterwards."""
        self._chosen: set[str] = set()
        self._begun: Counter[Place] = Counter()
        self._titles: dict[str, Place] = {}

    def lay(self, top: Place) -> list[Step]:
        """The steps of the whole form; at least one, as a form cannot be empty."""
        self._children(top)
        self._close()
        if not self._steps:
            self._stand_in(top)
        last = self._steps[-1]
        self._waiting.move(last.helps, last.below)
        for step in self._steps:
            _finish(step)
        return self._steps

    # Groups

    def _children(self, group: Place) -> None:
        """What stands in a group, in its order."""
        for place in group.children:
            if place.choice and place.choice.name not in self._chosen and any(self._size(one) for one in place.choice.members):
                self._which(place.choice)
            if isinstance(place.element, Field):
                self._field(place, place.element)
            else:
                self._group(place)

    def _group(self, place: Place) -> None:
        if not self._size(place):
            self._empty(place)
        elif place.element.count.repeats and not self._inside:
            self._afterwards(place)
        elif self._inside or self._fits(place):
            self._flat(place)
        else:
            self._own(place)

    def _size(self, place: Place) -> int:
        return sum(one in self._asked for one in place.everything())

    def _fits(self, place: Place) -> bool:
        """Whether a group within a group stays in the step: where the whole group is short, or the one within is."""
        if self._owner.parent is None:
            return False
        return self._size(place) <= SMALL or self._size(self._owner) <= LONGEST_STEP

    def _own(self, place: Place) -> None:
        """A group with steps of its own."""
        outer, self._owner = self._owner, place
        self._close()
        self._flat(place)
        self._close()
        self._owner = outer

    def _flat(self, place: Place) -> None:
        """The questions of a group, in the step that is open or begins with them."""
        if self._inside and place.element.count.repeats and place is not self._inside:
            how = f"may be repeated ({place.element.count}) within an entry of {self._inside.told}"
            self._notes.miss(place.told, f"{how}; the form asks once in each entry.")
        self._tell(place, place.element.help)
        if self._may_be_left_out(place):
            self._whether(place)
        self._children(place)

    def _empty(self, place: Place) -> None:
        """A group without a question still has texts, and things that are noted."""
        self._tell(place, place.element.help)
        for one in place.everything():
            self._static(one)
        if not any(isinstance(one.element, Field) and one.element.is_file for one in place.everything()):
            self._notes.change(place.told, "asks nothing, so it is no step.")

    def _tell(self, place: Place, words: str) -> None:
        self._waiting.words.append(words)
        self._waiting.comments.append(comment(place))

    # Steps

    def _open(self, place: Place) -> Step:
        """Begin a step with the title of a group, or go on with one."""
        title = place.element.label
        if self._titles.setdefault(title, place) is not place and place.parent and place.parent.parent:
            title = f"{place.parent.element.label} – {title}"
        self._begun[place] += 1
        number = self._begun[place]
        self._step = Step(both(title if number == 1 else f"{title} ({number})"))
        self._waiting.move(self._step.helps, self._step.comments)
        self._steps.append(self._step)
        return self._step

    def _close(self) -> None:
        """End a step; what waits for a question that does not come is said above those that came."""
        if self._step and self._step.questions:
            self._waiting.move(self._step.helps, self._step.below)
        self._step = None
        later, self._later = self._later, []
        before, owner = self._waiting, self._owner
        for place, self._waiting in later:
            self._repeated(place)
        self._waiting, self._owner = before, owner

    def _afterwards(self, place: Place) -> None:
        """A repeated step, once the step is complete that its group began; between groups at once."""
        waits, self._waiting = self._waiting, _Waiting()
        self._later.append((place, waits))
        if self._owner.parent is None and isinstance(place.element, Group):
            self._close()

    def _repeated(self, place: Place) -> None:
        """A step whose entries are filled in as often as it is needed."""
        self._tell(place, place.element.help if isinstance(place.element, Group) else "")
        step = self._open(place)
        count = _bounded(place, self._notes)
        step.entry["name"] = place.name
        if when := conditions.shown(place):
            step.entry["when"] = when
        step.entry["repeated"] = {"least": count.least, "most": count.most, "entry": both(place.element.label)}
        if isinstance(place.element, Field):
            question = questions.question(
                place.element, self._names.give(f"{place.element.name} angabe", place.name), self._notes
            )
            self._append(question)
        else:
            self._inside = place
            self._children(place)
            self._inside = None
            self._always_one(step, place)
        self._waiting.move(step.helps, step.below)
        self._step = None

    def _always_one(self, step: Step, place: Place) -> None:
        """In every entry something is always answered, says the catalogue; what stands there empty is no entry."""
        if any(one.entry["required"] and "when" not in one.entry for one in step.questions):
            return
        first = next((one for one in step.questions if "when" not in one.entry), step.questions[0])
        name = first.entry["name"]
        if first.entry.pop("when", None):
            self._notes.miss(place.told, f"the condition of “{name}”, as an entry needs one question that is always asked.")
        first.entry["required"] = True
        self._notes.change(place.told, f"in every entry “{name}” must be answered; in the schema all of it may be left out.")

    def _stand_in(self, top: Place) -> None:
        label = {"de": "Ihre Angaben", "en": "What you want to tell us"}
        self._open(top).questions.append(
            Question(
                {"name": self._names.give("angaben"), "type": "long_text", "label": label, "required": False},
                ["not of the schema, which asks nothing; a form asks at least one question"],
            )
        )
        self._notes.ask("sections", "the schema asks nothing; put the questions in the place of the one that stands in.")

    # Questions

    def _field(self, place: Place, element: Field) -> None:
        if place not in self._asked:
            self._static(place)
            return
        if element.count.repeats and not element.values and not self._inside:
            self._afterwards(place)
            return
        question = questions.question(element, place.name, self._notes)
        question.entry["required"] = place.is_required
        question.comments.append(comment(place))
        question.around, question.called = place.parent.element.label if place.parent else "", element.name
        if element.count.repeats and element.values:
            _several(question, element.count)
        elif element.count.repeats and self._inside:
            self._lines(question, element, self._inside)
        if when := conditions.shown(place):
            question.entry["when"] = when
        self._append(question)

    def _static(self, place: Place) -> None:
        """Static text is the help of the question or the step below it."""
        element = place.element
        if isinstance(element, Field) and element.kind in {"label", "locked"}:
            self._tell(place, element.content or element.label)
            if not element.content:
                self._notes.miss(element.told, "is static text that says nothing; its label stands there as a help text.")

    def _append(self, question: Question) -> None:
        """The question, with the static text that stands above it as its help, or as that of the step."""
        step = self._step or self._open(self._owner)
        words: list[str] = []
        comments: list[str] = []
        self._waiting.move(words, comments)
        if step.questions:
            question.comments = [*comments, *question.comments]
            _help(question, before=words)
        else:
            step.comments += comments
            step.helps += words
        step.questions.append(question)

    def _lines(self, question: Question, element: Field, inside: Place) -> None:
        """Several answers within an entry: a text holds one in each line."""
        how = "it is asked once in each entry."
        if question.entry["type"] in {"text", "long_text"} and "pattern" not in question.entry:
            how = "it is asked once, for one in each line; its lengths are not checked."
            question.entry["type"] = "long_text"
            for bound in ("least", "most"):
                question.entry.pop(bound, None)
            _help(question, after=[ONE_IN_EACH_LINE["de"]])
            if not element.help:
                question.entry["help"] = ONE_IN_EACH_LINE
        self._notes.miss(element.told, f"may be repeated ({element.count}) within an entry of {inside.told}; {how}")

    def _may_be_left_out(self, place: Place) -> bool:
        """Whether a group must be asked about: it may be left out as a whole, but not in part."""
        if place.is_required or place.choice or place is self._inside:
            return False
        return not all(one.choice for one in place.children) and self._demands(place)

    def _demands(self, place: Place) -> bool:
        """Whether something in a group must be filled in once the group is."""
        for one in place.children:
            if isinstance(one.element, Field):
                if one in self._asked and one.is_required:
                    return True
            elif one.is_required and self._size(one) and self._demands(one):
                return True
        return False

    def _whether(self, place: Place) -> None:
        """Ask whether an optional group is filled in."""
        name = self._names.give(f"mit {place.element.name}", *surroundings(place)[1:])
        label = place.element.label
        asked = {"de": f"Möchten Sie Angaben machen zu: {label}?", "en": f"Do you want to fill in: {label}?"}
        entry: dict[str, Any] = {"name": name, "type": "yes_no", "label": asked, "required": True}
        if when := conditions.shown(place):
            entry["when"] = when
        place.question = name
        self._append(Question(entry, [f"not of the schema: whether {place.told} ({place.element.count}) is filled in"]))
        self._notes.change(place.told, f"may be left out ({place.element.count}); “{name}” asks first whether it is filled in.")

    def _which(self, choice: Choice) -> None:
        """Ask which of several is filled in."""
        self._chosen.add(choice.name)
        parent = choice.members[0].parent
        topic = f"{parent.element.label}: " if parent and parent.parent else ""
        entry: dict[str, Any] = {
            "name": choice.name,
            "type": "choice",
            "label": {"de": f"{topic}Was trifft zu?", "en": f"{topic}Which of these applies?"},
            "required": choice.is_required,
            "choices": [{"value": conditions.value_of(place), "label": both(place.element.label)} for place in choice.members],
        }
        if when := conditions.around(choice.members[0]):
            entry["when"] = when
        self._append(Question(entry, [f"not of the schema: which one is filled in, from {choice.told}"]))
        told = " or ".join(place.told for place in choice.members)
        self._notes.change(choice.told, f"“{choice.name}” asks first which one is filled in: {told}.")


def comment(place: Place) -> str:
    """Where something comes from, for a comment."""
    element = place.element
    parts = [
        f"{element.id} {element.version}".strip() + f" {element.name}",
        "" if isinstance(element, Group) else f"{element.kind} {element.type}",
        str(element.count),
        f"in {place.parent.element.id}" if place.parent and place.parent.parent else "",
    ]
    told = [f"in documents “{element.output}”" if element.output not in {"", element.label} else "", ", ".join(element.basis)]
    return "; ".join(filter(None, [", ".join(filter(None, parts)), *told]))


def _help(question: Question, *, before: list[str] | None = None, after: list[str] | None = None) -> None:
    said = question.entry.get("help", {"de": ""})["de"]
    if told := " ".join(filter(None, [*(before or []), said, *(after or [])])):
        question.entry["help"] = both(told)


def _several(question: Question, count: Count) -> None:
    """A choice that may be made several times lets several be ticked."""
    choices = question.entry.pop("choices")
    question.entry["type"] = "choices"
    if count.least > 1:
        question.entry["least"] = min(count.least, len(choices))
    if count.most is not None and count.most < len(choices):
        question.entry["most"] = count.most
    question.entry["choices"] = choices


def _bounded(place: Place, notes: Notes) -> Count:
    """How often a step is repeated, within what the catalogue takes."""
    count = place.element.count
    least = max(count.least, 1) if place.is_required else count.least
    if count.most is None:
        notes.change(place.told, f"may be repeated without end ({count}); the form takes {MOST_ENTRIES}.")
    elif count.most > MOST_ENTRIES:
        notes.change(place.told, f"may be repeated {count.most} times; the form takes {MOST_ENTRIES}.")
    if least > MOST_ENTRIES:
        notes.miss(place.told, f"must be repeated {least} times; the form takes {MOST_ENTRIES}.")
    return Count(min(least, MOST_ENTRIES), MOST_ENTRIES if count.most is None else min(count.most, MOST_ENTRIES))


def _finish(step: Step) -> None:
    """Labels that stand in a step twice say of what they are; a condition that every question has is that of the step."""
    _tell_apart(step)
    whens = [one.entry.get("when") for one in step.questions]
    first = whens[0]
    inner = {one.entry["name"] for one in step.questions}
    if (
        first
        and "repeated" not in step.entry
        and all(one == first for one in whens)
        and inner.isdisjoint(conditions.names(first))
    ):
        step.entry["when"] = first
        for one in step.questions:
            del one.entry["when"]


def _tell_apart(step: Step) -> None:
    """A label that stands there twice has the group with it, or the name where the group is the same."""
    labels = Counter(one.entry["label"]["de"] for one in step.questions)
    for label in (label for label, count in labels.items() if count > 1):
        twins = [one for one in step.questions if one.entry["label"]["de"] == label]
        for told in ("around", "called"):
            if len({getattr(one, told) for one in twins}) == len(twins):
                for one in twins:
                    if getattr(one, told) not in {"", label}:
                        one.entry["label"] = both(f"{label} ({one.around})" if told == "around" else one.called)
                break
