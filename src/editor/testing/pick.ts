import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

/** Picks from a closed list by keyboard: its options are drawn only where there is room, which jsdom has not. */
export async function pick(control: HTMLElement | string, option: string): Promise<void> {
  const box = typeof control === 'string' ? await screen.findByRole('combobox', { name: control }) : control;
  await userEvent.click(box);
  await userEvent.type(box, `${option}{ArrowDown}{Enter}`, { skipClick: true });
}
