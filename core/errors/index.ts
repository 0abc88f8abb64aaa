import { catalogueError, type ErrorContext, type ReleaseGateError } from './error';
import { deliveryErrors } from './delivery';
import { ledgerErrors } from './ledger';
import { hubspotErrors } from './hubspot';
import { nodeErrors } from './node';
import { onceErrors } from './once';
import { prepareErrors } from './prepare';
import { recipientsErrors } from './recipients';
import { releaseErrors } from './release';
import { rolloutErrors } from './rollout';
import { auditErrors } from './audit';
import { fileErrors } from './file';
import { stabilityErrors } from './stability';
import { setupErrors } from './setup';
import { snapshotErrors } from './snapshot';

export { ReleaseGateError, type CatalogueEntry, type ErrorContext } from './error';

/** Every error of the package, by code. One file per room; `docs/reference/errors.md` is generated from it. */
export const catalogue = {
	...deliveryErrors,
	...ledgerErrors,
	...recipientsErrors,
	...hubspotErrors,
	...nodeErrors,
	...onceErrors,
	...releaseErrors,
	...prepareErrors,
	...rolloutErrors,
	...auditErrors,
	...fileErrors,
	...stabilityErrors,
	...snapshotErrors,
	...setupErrors,
} as const;

export type ErrorCode = keyof typeof catalogue;

/** Builds the catalogue's error `code`; callers throw it. */
export function gateError(code: ErrorCode, context: ErrorContext = {}, cause?: unknown): ReleaseGateError {
	return catalogueError(catalogue, code, context, cause);
}
