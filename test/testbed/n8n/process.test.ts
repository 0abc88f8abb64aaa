import { expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcess } from '../../../testbed/n8n/process';

it('takes no n8n of an earlier run for the one it starts', async () => {
	const left = createServer((_request, response) => response.end('{"status":"ok"}'));
	await new Promise<void>((resolve) => left.listen(0, '127.0.0.1', resolve));
	const { port } = left.address() as AddressInfo;
	const userFolder = join(tmpdir(), 'release-gate-never-made');
	try {
		await expect(
			startProcess({ userFolder, port, brokerPort: port + 1, packageFolder: null }),
		).rejects.toThrow(`Another n8n answers at port ${port}.`);
	} finally {
		left.close();
	}
});
