import * as offered from 'n8n-workflow';

/** The oldest n8n that was run with the package (docs/records/matrix.md; `engines` in package.json). */
const OLDEST = '1.123';

/** What the nodes use of n8n-workflow while n8n runs. */
const needed = ['NodeConnectionTypes', 'NodeApiError', 'NodeOperationError', 'NodeHelpers'] as const;

const lacking = needed.filter((name) => !(name in offered));

// n8n asks for no version of itself before it loads a package. Without this an older one would show where a stack broke.
if (lacking.length > 0)
	throw new Error(
		`n8n-nodes-release-gate needs n8n ${OLDEST} or later: this one has no ${lacking.join(', ')} (n8n-workflow). Update n8n, then start it again.`,
	);
