import { type SceneComponentProps, sceneGraph, SceneObjectBase, type SceneObjectState } from '@grafana/scenes';
import { Icon, PanelChrome, Tooltip } from '@grafana/ui';
import { locationUtil } from '@grafana/data';
import React from 'react';
import { FrameNotices } from '../panels/notices';
import type { PanelLink } from './model';

interface PanelTitleItemsState extends SceneObjectState {
  links: PanelLink[];
}

/** What stands beside a panel's title: the notices of its frames and its links. */
export class PanelTitleItems extends SceneObjectBase<PanelTitleItemsState> {
  static Component = ({ model }: SceneComponentProps<PanelTitleItems>) => {
    const { links } = model.useState();
    sceneGraph.getTimeRange(model).useState(); // the hrefs may carry the range
    const { data } = sceneGraph.getData(model).useState();
    return (
      <>
        <FrameNotices frames={data?.series ?? []} />
        {links.map((link) => (
          <PanelLinkItem key={link.url + link.title} link={link} interpolate={(text) => sceneGraph.interpolate(model, text)} />
        ))}
      </>
    );
  };
}

function PanelLinkItem({ link, interpolate }: { link: PanelLink; interpolate: (text: string) => string }) {
  const title = interpolate(link.title);
  const href = locationUtil.processUrl(interpolate(link.url));
  return (
    <Tooltip content={title}>
      <PanelChrome.TitleItem href={href} target={link.targetBlank ? '_blank' : undefined} title={title}>
        <Icon name="external-link-alt" size="md" />
      </PanelChrome.TitleItem>
    </Tooltip>
  );
}
