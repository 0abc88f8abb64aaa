import type { Ending, Said } from './judge';

/** A message, and the section of the doctrine that asks for it. */
export interface Asked extends Said {
	readonly section: string;
}

const deploying = (version: string): Asked => ({
	section: '3.5 Announce',
	channel: 'engineering',
	text: `Deploying ${version} to prod`,
});
const deployed = (version: string): Asked => ({
	section: '3.5 Announce',
	channel: 'general',
	text: `${version} deployed successfully`,
});

/** What must be in Slack after the five acts, and nothing else. For a failed staging test 3.3 asks to fix, redeploy, retest. */
export const doctrineMessages: readonly Asked[] = [
	deploying('v1.4.0'),
	deployed('v1.4.0'),
	{
		section: '3.3 If Fail',
		channel: 'engineering',
		text: 'Staging is not ready: 4 of 5 critical paths work at https://staging.example.com. Broken: tracker. Fix, redeploy, and run Staging smoke again.',
	},
	deploying('v1.5.0'),
	{ section: '4.2 Announce', channel: 'engineering', text: 'Rolled back to v1.4.0 due to error-rate' },
	deploying('v1.5.1'),
	deployed('v1.5.1'),
	deploying('v2.0.0'),
	deployed('v2.0.0'),
];

/** The releases of the story, by act. */
export const releases = {
	good: '2026-10-09',
	held: '2026-10-16',
	bad: '2026-10-23',
	hotfix: 'hotfix-sign-in',
	major: 'v2',
} as const;

/** Where each release must end. */
export const doctrineEndings: readonly Ending[] = [
	{ release: releases.good, stage: 'stable', decision: 'ship' },
	{ release: releases.held, stage: 'draft', decision: 'hold' },
	{ release: releases.bad, stage: 'rolled-back', decision: 'ship' },
	{ release: releases.hotfix, stage: 'stable', decision: 'ship' },
	{ release: releases.major, stage: 'stable', decision: 'ship' },
];

/** What runs in production, one after the other. */
export const doctrineDeployments = ['v1.3.0', 'v1.4.0', 'v1.5.0', 'v1.4.0', 'v1.5.1', 'v2.0.0'] as const;

/** Tags on GitHub, in the order they were made. */
export const doctrineTags = ['v1.3.0', 'v1.4.0', 'v1.5.0', 'v1.5.1', 'v2.0.0'] as const;

/** Notes on the changelog: of what reached users and stayed. */
export const doctrineNotes = ['v1.4.0', 'v1.5.1', 'v2.0.0'] as const;

/** 4.2: “Duration: 5 minutes”. */
export const rollbackLimitMs = 5 * 60_000;
