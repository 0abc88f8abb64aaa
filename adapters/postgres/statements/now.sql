-- Taken when asked for, not when the transaction began: a lock may have been waited for.
SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint
