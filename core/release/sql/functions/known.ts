/**
 * Functions of PostgreSQL that change no row, no sequence and no setting, whatever they are called with. Chosen by hand
 * from `pg_proc` of PostgreSQL 15 among those that are immutable or stable, and a few volatile ones that only answer
 * (`random`, `clock_timestamp`, `gen_random_uuid`, `nextval`: a number that is skipped is no loss). What runs SQL it is
 * given (`query_to_xml`, `ts_stat`), signals other sessions, reads files or takes locks is not on the list.
 */
const names = `
abs age area array_agg array_append array_cat array_dims array_fill array_length array_lower array_ndims array_position
array_positions array_prepend array_remove array_replace array_sample array_shuffle array_to_json array_to_string
array_upper ascii avg bit_and bit_count bit_length bit_or bit_xor bool_and bool_or btrim cardinality ceil ceiling
char_length character_length chr clock_timestamp coalesce col_description concat concat_ws convert convert_from
convert_to corr cos count covar_pop covar_samp cume_dist current_database current_date current_role current_schema
current_schemas current_time current_timestamp current_user currval date date_add date_bin date_part date_subtract
date_trunc daterange decode degrees dense_rank div encode every exp extract factorial first_value floor format
format_type gcd gen_random_uuid generate_series generate_subscripts greatest host hostmask initcap int4range int8range
is_normalized isempty isfinite json_agg json_array_elements json_array_elements_text json_array_length json_build_array
json_build_object json_each json_each_text json_extract_path json_extract_path_text json_object json_object_agg
json_object_keys json_populate_record json_populate_recordset json_strip_nulls json_to_record json_to_recordset
json_typeof jsonb_agg jsonb_array_elements jsonb_array_elements_text jsonb_array_length jsonb_build_array
jsonb_build_object jsonb_each jsonb_each_text jsonb_extract_path jsonb_extract_path_text jsonb_insert jsonb_object
jsonb_object_agg jsonb_object_keys jsonb_path_exists jsonb_path_match jsonb_path_query jsonb_path_query_array
jsonb_path_query_first jsonb_populate_record jsonb_populate_recordset jsonb_pretty jsonb_set jsonb_set_lax
jsonb_strip_nulls jsonb_to_record jsonb_to_recordset jsonb_typeof justify_days justify_hours justify_interval lag
last_value lastval lcm lead least left length ln localtime localtimestamp log log10 lower lower_inc lower_inf lpad ltrim
make_date make_interval make_time make_timestamp make_timestamptz masklen max md5 min min_scale mod mode netmask network
nextval normalize now nth_value ntile nullif num_nonnulls num_nulls numrange obj_description octet_length overlaps overlay
parse_ident percent_rank percentile_cont percentile_disc pg_get_serial_sequence pg_typeof phraseto_tsquery pi
plainto_tsquery position pow power quote_ident quote_literal quote_nullable radians random range_agg rank regexp_count
regexp_instr regexp_like regexp_match regexp_matches regexp_replace regexp_split_to_array regexp_split_to_table
regexp_substr repeat replace reverse right round row_number row_to_json rpad rtrim scale session_user setweight sha224
sha256 sha384 sha512 sign similar_to_escape sin split_part sqrt statement_timestamp stddev stddev_pop stddev_samp
string_agg string_to_array string_to_table strip strpos substr substring sum tan text timeofday timestamp timestamptz
timezone to_char to_date to_hex to_json to_jsonb to_number to_regclass to_regtype to_timestamp to_tsquery to_tsvector
transaction_timestamp translate trim_array trim_scale trunc ts_headline ts_rank ts_rank_cd tsrange tstzrange unistr
unnest upper upper_inc upper_inf user uuidv4 uuidv7 var_pop var_samp variance version websearch_to_tsquery width_bucket
xmlagg
`;

export const harmlessFunctions: ReadonlySet<string> = new Set(names.trim().split(/\s+/));

/** Functions whose value is fixed within a statement, so that adding a column with them rewrites nothing (since PostgreSQL 11). */
export const stableFunctions: ReadonlySet<string> = new Set([
	'now',
	'current_timestamp',
	'transaction_timestamp',
	'statement_timestamp',
	'timezone',
]);

/**
 * Settings that decide how long a statement waits, how it is read or what it says, and nothing of what is written.
 * Others (`session_replication_role` turns triggers and foreign keys off) are not known.
 */
export const harmlessSettings: ReadonlySet<string> = new Set([
	'application_name',
	'check_function_bodies',
	'client_encoding',
	'client_min_messages',
	'datestyle',
	'default_table_access_method',
	'default_tablespace',
	'deadlock_timeout',
	'idle_in_transaction_session_timeout',
	'intervalstyle',
	'lock_timeout',
	'log_statement',
	'maintenance_work_mem',
	'max_parallel_maintenance_workers',
	'role',
	'row_security',
	'standard_conforming_strings',
	'statement_timeout',
	'synchronous_commit',
	'timezone',
	'transaction_timeout',
	'work_mem',
	'xmloption',
]);

/** PostgreSQL's own operators (`pg_operator` of 15); another one runs a function of somebody else. */
export const builtInOperators: ReadonlySet<string> = new Set(
	`+ - * / % ^ |/ ||/ @ & | # ~ << >> = <> != < > <= >= || ~* !~ !~* ~~ !~~ ~~* !~~* ^@ -> ->> #> #>> #- @> <@ ? ?| ?& @? @@ @@@
&& &< &> -|- <<| |>> &<| |&> ?# ?- ?|| ?-| ## <-> @-@ ~= ~<~ ~<=~ ~>~ ~>=~ <<= >>= <^ >^ *= *<> *< *> *<= *>= !! !~~`.split(
		/\s+/,
	),
);
