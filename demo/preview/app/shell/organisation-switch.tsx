import { Dropdown, Menu, ToolbarButton } from '@grafana/ui';
import React from 'react';
import { useBoot } from './boot-context';

/** Whose eyes these are. Each organisation is served at an address of its own, so choosing one is following a link; the server decides what it sees. */
export function OrganisationSwitch() {
  const { organisation, organisations } = useBoot();
  const overlay = <Menu>{organisations.map(({ name, url, current }) => <Menu.Item key={url} label={name} url={url} target="_self" active={current} />)}</Menu>;
  return (
    <Dropdown overlay={overlay} placement="bottom-end">
      <ToolbarButton variant="canvas" icon="building" isOpen={false} tooltip="Look at it as another organisation" data-testid="organisation-switch">{organisation.name}</ToolbarButton>
    </Dropdown>
  );
}
