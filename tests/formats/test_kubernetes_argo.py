"""Parameters of Argo Workflows: followed to what a document says they stand for, or told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats import kubernetes
from bot.model import SourceFile, Use
from tests.formats.shared import DIGEST, rewritten

TOP = "apiVersion: argoproj.io/v1alpha1\nkind: {}\nspec:\n"
WORKFLOW = TOP.format("Workflow")
IMG = "  arguments: {parameters: [{name: img, value: 'a/b:1'}]}\n"
OWN = "  - container: {image: '{{workflow.parameters.img}}'}\n"
INNER = (
    "  - name: inner\n    inputs: {parameters: [{name: i}]}\n"
    "    container: {image: '{{inputs.parameters.i}}'}\n"
)
TAGGED = (
    f"{WORKFLOW}  templates:\n  - inputs: {{parameters: [{{name: t, default: '1'}}]}}\n"
    "    script: {image: 'a/b:{{inputs.parameters.t}}'}\n"
)


def found(text):
    return list(kubernetes.find(SourceFile("a.yaml", text)))


def told(text):
    return [
        (mention.position.line, str(mention.image) if isinstance(mention, Use) else mention.reason)
        for mention in found(text)
    ]


def bumped(text):
    use = next(mention for mention in found(text) if isinstance(mention, Use))
    return rewritten(text, use, "2", DIGEST if use.carries == "reference" else None)


def steps(*values, name="inner"):
    listed = "".join(
        f"    - - template: {name}\n        arguments: {{parameters: [{{name: i, value: {value}}}]}}\n"
        for value in values
    )
    return f"{WORKFLOW}  templates:\n  - name: main\n    steps:\n{listed}{INNER}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            f"{WORKFLOW}{IMG}  templates:\n{OWN}",
            f"{WORKFLOW}{IMG}  templates:\n{OWN}".replace("a/b:1", f"a/b:2@{DIGEST}"),
        ),
        (steps("'a/b:1'"), steps(f"'a/b:2@{DIGEST}'")),
        (TAGGED, TAGGED.replace("'1'", "'2'")),
    ],
)
def test_a_parameter_is_written_where_its_value_stands(before, after):
    assert bumped(before) == after


@pytest.mark.parametrize("kind", ["Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate"])
def test_workflows_of_every_kind_have_parameters(kind):
    assert told(f"{TOP.format(kind)}{IMG}  templates:\n{OWN}") == [(6, "a/b:1")]


def test_a_workflow_that_is_run_by_the_clock_has_parameters():
    spec = f"{IMG}  templates:\n{OWN}".replace("\n", "\n  ")
    assert told(f"{TOP.format('CronWorkflow')}  workflowSpec:\n  {spec}") == [(7, "a/b:1")]


def test_what_steps_hand_to_a_template_is_a_use_each():
    assert told(steps("'a/b:1'", "a/b:3")) == [(8, "a/b:1"), (10, "a/b:3"), (13, "elsewhere")]


def test_what_a_task_hands_on_may_be_a_parameter_itself():
    text = steps("'{{workflow.parameters.img}}'", "'{{item}}'") + IMG
    assert told(text) == [(8, "a/b:1"), (13, "elsewhere")]
    assert bumped(text) == text.replace("a/b:1", f"a/b:2@{DIGEST}")


def test_inputs_of_a_template_are_its_own():
    other = INNER.replace("{name: i}", "{name: i, default: 'c/d:1'}")
    text = f"{WORKFLOW}  templates:\n{INNER}{other}"
    assert told(text) == [(7, "variable-without-default"), (10, "c/d:1")]


def test_a_template_that_is_written_into_a_step_has_inputs_of_its_own():
    inline = "{inputs: {parameters: [{name: i, value: 'c/d:1'}]}, container: {image: '{{inputs.parameters.i}}'}}"
    text = (
        f"{WORKFLOW}  templates:\n  - inputs: {{parameters: [{{name: i, value: 'a/b:1'}}]}}\n"
        f"    steps: [[{{inline: {inline}}}]]\n"
        "    container: {image: '{{inputs.parameters.i}}'}\n"
    )
    assert told(text) == [(6, "c/d:1"), (7, "a/b:1")]


def test_a_workflow_hands_its_parameters_to_the_template_that_it_begins_with():
    text = f"{WORKFLOW}  entrypoint: inner\n{IMG.replace('img', 'i')}  templates:\n{INNER}"
    assert told(text) == [(9, "a/b:1")]


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        ("'{{workflow.parameters.none}}'", "variable-without-default"),
        ("'{{workflow.parameters.some}}'", "variable-without-default"),
        ("'{{workflow.parameters.from}}'", "variable-without-default"),
        ("'a/b:{{workflow.parameters.float}}'", "variable-without-default"),
        ("'{{workflow.parameters.round}}'", "variable-not-expanded"),
        ("'{{=workflow.parameters.img}}'", "template"),
        ("'{{item}}'", "template"),
        ("'{{tasks.a.outputs.result}}'", "template"),
        ("'a/b:$TAG'", "variable-not-expanded"),
    ],
)
def test_what_no_document_says_is_told(image, reason):
    text = (
        f"{WORKFLOW}  arguments:\n    parameters:\n    - {{name: some, value: 'a/b:1', enum: ['a/b:1']}}\n"
        "    - {name: from, valueFrom: {configMapKeyRef: {name: a, key: b}}}\n"
        "    - {name: float, value: 3.10}\n"
        "    - {name: round, value: '{{workflow.parameters.round}}'}\n"
        f"  templates:\n  - container: {{image: {image}}}\n"
    )
    assert told(text) == [(11, reason)]


def test_words_that_look_like_parameters_of_argo_are_others_elsewhere():
    pod = (
        "apiVersion: v1\nkind: Pod\nspec:\n  containers: [{image: '{{workflow.parameters.img}}'}]\n"
    )
    assert told(pod) == [(4, "template")]


@given(st.text(alphabet="{}[]:,- \n'x&*ainputs.parmwokfle", max_size=200))
def test_whatever_stands_there_is_told(text):
    found(f"{WORKFLOW}{IMG}  templates:\n{OWN}{text}")
