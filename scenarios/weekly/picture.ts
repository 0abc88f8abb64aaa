import { chromium } from 'playwright-core';

/** Takes a picture of a page on this machine, as much of it as a tall screen shows. */
export async function takePicture(page: string, picture: string): Promise<void> {
	const browser = await chromium.launch({
		executablePath: process.env.RG_CHROMIUM ?? '/usr/bin/chromium',
		args: ['--no-sandbox', '--disable-gpu'],
	});
	try {
		const tab = await browser.newPage({ viewport: { width: 1100, height: 1500 }, colorScheme: 'light' });
		await tab.goto(`file://${page}`);
		await tab.screenshot({ path: picture });
	} finally {
		await browser.close();
	}
}
