import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { openScene } from './case';
import { documentPath, faultCases, faultDocument } from './document';

describe('a failing HubSpot', () => {
	it.each(faultCases.map((fault) => [fault.id, fault] as const))(
		'%s',
		async (id, fault) => {
			const scene = await openScene();
			try {
				await fault.play(scene);
				expect(scene.admin.openFaults()).toBe(0);
				const played = new Set(scene.admin.calls().flatMap((call) => call.fault ?? []));
				expect([...played]).toEqual([id]);
			} finally {
				await scene.close();
			}
		},
		20_000,
	);

	it('has a case for every fault the stand-in can play', async () => {
		const scene = await openScene();
		expect(faultCases.map((fault) => fault.id)).toEqual(scene.admin.faultIds());
		expect(scene.admin.faultIds()).toHaveLength(33);
		await scene.close();
	});

	it('is described by the document', () => {
		expect(readFileSync(documentPath, 'utf8')).toBe(faultDocument());
	});
});
