-- name: insert_call
-- One answer that was asked for, and what came of it.
INSERT INTO llm_call (purpose, endpoint, model, prompt_version, prompt_hash, outcome, attempts,
                      input_tokens, cached_tokens, output_tokens, cost_usd, seconds, detail)
VALUES (%(purpose)s, %(endpoint)s, %(model)s, %(prompt_version)s, %(prompt_hash)s, %(outcome)s, %(attempts)s,
        %(input_tokens)s, %(cached_tokens)s, %(output_tokens)s, %(cost_usd)s, %(seconds)s, %(detail)s);

-- name: select_answer
-- An earlier answer to the same request.
SELECT answer, answered_by FROM llm_cache WHERE prompt_hash = %(prompt_hash)s;

-- name: upsert_answer
-- Keep an answer; a newer one replaces one that was no longer good.
INSERT INTO llm_cache (prompt_hash, answer, answered_by)
VALUES (%(prompt_hash)s, %(answer)s, %(answered_by)s)
ON CONFLICT (prompt_hash) DO UPDATE
SET answer = excluded.answer, answered_by = excluded.answered_by, created_at = now();

-- name: select_rung
-- How an endpoint was last asked for JSON with success; after a week it is tried from the top again, for
-- endpoints learn too.
SELECT rung FROM llm_endpoint
WHERE endpoint = %(endpoint)s AND model = %(model)s AND learned_at > now() - interval '7 days';

-- name: upsert_rung
-- Remember how an endpoint can be asked for JSON.
INSERT INTO llm_endpoint (endpoint, model, rung)
VALUES (%(endpoint)s, %(model)s, %(rung)s)
ON CONFLICT (endpoint, model) DO UPDATE SET rung = excluded.rung, learned_at = now();

-- name: select_spending
-- Calls, tokens and cost since a moment, by purpose, model and outcome.
SELECT purpose, model, outcome, count(*) AS calls, sum(attempts)::int AS attempts,
       coalesce(sum(input_tokens), 0)::bigint AS input_tokens,
       coalesce(sum(output_tokens), 0)::bigint AS output_tokens,
       sum(cost_usd) AS cost_usd, sum(seconds)::float AS seconds
FROM llm_call
WHERE happened_at >= %(since)s
GROUP BY purpose, model, outcome
ORDER BY purpose, model, outcome;
