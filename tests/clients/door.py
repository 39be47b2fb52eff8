"""What people's Python code does, with OpenAI's own client and nothing changed but the address and the token.

    python door.py quick|slow BASE_URL TOKENS    TOKENS: JSON, from what the tenant's API keys play to a token
"""
import asyncio
import base64
import json
import sys
import urllib.request

import openai

mode, base, tokens = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
MODEL = "gpt-image-2.6-flare"
PNG = b"\x89PNG\r\n\x1a\n"


def client(plays, **options):
    return openai.AsyncOpenAI(base_url=f"{base}/openai/v1", api_key=tokens[plays], **options)


async def refused(expected, call):
    try:
        answer = await call
    except expected as error:
        assert type(error) is expected, error
        return error
    raise AssertionError(f"not refused: {answer}")


async def draws():
    ok = client("ok")
    models = [model.id async for model in await ok.models.list()]
    assert MODEL in models and "flux-2-max" in models, models
    assert (await ok.models.retrieve(MODEL)).owned_by == "openai"

    drawn = await ok.images.generate(
        model=MODEL, prompt="a fox", size="1024x1024", quality="low", background="auto", user="somebody", n=1)
    assert base64.b64decode(drawn.data[0].b64_json).startswith(PNG)
    assert drawn.usage.total_tokens == drawn.usage.input_tokens + drawn.usage.output_tokens > 0, drawn.usage
    assert (drawn.size, drawn.output_format) == ("1024x1024", "png") and drawn.created > 1_700_000_000
    assert drawn.model_extra["ownkey"]["jobs"][0].startswith("job_")

    # Another provider's model, several at once, by the fields of OpenAI's API.
    flux = await ok.images.generate(model="flux-2-max", prompt="a cat", size="512x256", output_format="png", n=2)
    assert [base64.b64decode(image.b64_json)[:8] for image in flux.data] == [PNG] * 2
    assert flux.size == "512x256" and flux.usage is None

    linked = await ok.images.generate(model=MODEL, prompt="a dog", response_format="url")
    assert urllib.request.urlopen(linked.data[0].url).read().startswith(PNG)

    # What is more than OpenAI's fields goes by `extra_body`, as it does there.
    seeded = await ok.images.generate(
        model="flux-2-max", prompt="a cow", size="256x256", extra_body={"seed": 7, "project": "comic"})
    assert len(seeded.data) == 1

    unknown = await refused(openai.NotFoundError, ok.images.generate(model="dall-e-9", prompt="a fox"))
    assert (unknown.code, unknown.param) == ("model_not_found", "model") and MODEL in unknown.message
    field = await refused(
        openai.BadRequestError, ok.images.generate(model=MODEL, prompt="a fox", extra_body={"tenant": "bob"}))
    assert field.code == "invalid_request" and field.param == "tenant", field
    size = await refused(openai.BadRequestError, ok.images.generate(model=MODEL, prompt="a fox", size="1x1"))
    assert size.param == "size", size
    stranger = openai.AsyncOpenAI(base_url=f"{base}/openai/v1", api_key="sk-nobody")
    await refused(openai.AuthenticationError, stranger.models.list()._get_page())


async def meets_trouble():
    broke = await refused(openai.RateLimitError, client("out-of-credit").images.generate(model=MODEL, prompt="a fox"))
    assert broke.code == "insufficient_quota" and "Top up" in broke.message, broke
    moderated = await refused(openai.BadRequestError, client("moderated").images.generate(model=MODEL, prompt="x"))
    assert moderated.code == "moderation_blocked", moderated
    lost = await refused(openai.ConflictError, client("hang-up").images.generate(model=MODEL, prompt="a fox"))
    assert lost.code == "outcome_unknown", lost
    missing = await refused(
        openai.UnprocessableEntityError, client("nothing").images.generate(model=MODEL, prompt="a fox"))
    assert missing.code == "provider_api_key_missing", missing


async def waits():
    """An image takes longer than a request may."""
    # The client asks again by itself, and gets what the first request has begun.
    patient = client("patient").images.generate(model=MODEL, prompt="a fox")
    told = refused(openai.ConflictError, client("told", max_retries=0).images.generate(model=MODEL, prompt="a fox"))
    # It hangs up and asks again, twice, and has made one job.
    hasty = refused(
        openai.APITimeoutError, client("hasty", timeout=2, max_retries=2).images.generate(model=MODEL, prompt="a fox"))
    drawn, told, _ = await asyncio.gather(patient, told, hasty)
    assert base64.b64decode(drawn.data[0].b64_json).startswith(PNG)
    assert told.code == "job_still_running" and told.body["jobs"][0] in told.message, told


async def main():
    await {"quick": lambda: asyncio.gather(draws(), meets_trouble()), "slow": waits}[mode]()

asyncio.run(main())
