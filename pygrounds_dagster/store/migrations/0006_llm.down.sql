DROP TABLE llm_endpoint, llm_cache, llm_call;
