import { hash } from 'node:crypto';
import { canonicalJson } from '../delivery/canonical';
import { fieldOf, type ItemJson } from '../delivery/fields';

/** Fields that n8n's Webhook node puts out (n8n-nodes-base 2.40, `Webhook.node`): headers differ from call to call. */
const WEBHOOK = ['headers', 'params', 'query', 'body', 'webhookUrl'];

/** Fields that n8n's Schedule Trigger puts out (n8n-nodes-base 2.40, `ScheduleTrigger.node`): the moment it fired. */
const SCHEDULE = ['timestamp', 'Readable date', 'Timezone'];

const hasAll = (json: ItemJson, names: readonly string[]): boolean =>
	names.every((name) => Object.hasOwn(json, name));

/**
 * What of an item must be the same when its key comes again: of a webhook call the body, of a schedule nothing, of
 * anything else all of it. `undefined`: there is nothing to compare.
 */
export function contentOf(json: ItemJson): unknown {
	if (hasAll(json, WEBHOOK)) return json.body;
	if (hasAll(json, SCHEDULE)) return undefined;
	return json;
}

/** The fields that must be the same, as a list; an absent one counts as `null`. */
export const contentAt = (json: ItemJson, fields: readonly string[]): unknown =>
	fields.map((field) => fieldOf(json, field) ?? null);

/** Characters of a digest: 132 bits of SHA-256, enough to tell two contents apart and short enough for every row. */
const LENGTH = 22;

/**
 * Digest of a content: the first 22 characters (base64url) of the SHA-256 of its canonical JSON. `null` for nothing.
 *
 * @throws `not-json`
 */
export function contentDigest(content: unknown): string | null {
	if (content === undefined) return null;
	return hash('sha256', canonicalJson(content), 'base64url').slice(0, LENGTH);
}
