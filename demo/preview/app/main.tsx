import React from 'react';
import { createRoot } from 'react-dom/client';
import { type Boot, getJson } from './data/boot';
import { prepareRuntime } from './setup/runtime';
import { App } from './shell/app';

async function start(root: HTMLElement): Promise<void> {
  try {
    const boot = await getJson<Boot>('/api/preview/boot');
    await prepareRuntime(boot);
    createRoot(root).render(<App boot={boot} />);
  } catch (error) {
    root.innerHTML = '<div class="start"><p></p></div>';
    const text = root.querySelector('p');
    if (text) {
      text.textContent = `The preview could not start. ${error instanceof Error ? error.message : String(error)}`;
    }
    throw error;
  }
}

const root = document.getElementById('root');
if (root) {
  void start(root);
}
