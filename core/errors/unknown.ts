import { gateError, ReleaseGateError } from '.';

/** Any thrown value as an error of the catalogue; what is none of ours keeps its cause and tells no contact data. */
export function toReleaseGateError(error: unknown): ReleaseGateError {
	if (error instanceof ReleaseGateError) return error;
	const reason = error instanceof Error ? error.name : 'unknown';
	return gateError('stability-source-failed', { reason }, error);
}

const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Any thrown value as an error of the catalogue: unknown ones become `node-unexpected` and keep their cause. */
export function toGateError(error: unknown): ReleaseGateError {
	if (error instanceof ReleaseGateError) return error;
	return gateError('node-unexpected', { reason: sentence(error) }, error);
}
