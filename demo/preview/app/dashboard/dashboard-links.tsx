import { locationUtil, urlUtil } from '@grafana/data';
import { type SceneComponentProps, sceneGraph, SceneObjectBase, type SceneObjectState } from '@grafana/scenes';
import type { DashboardLink } from '@grafana/schema';
import { Dropdown, LinkButton, Menu, ToolbarButton } from '@grafana/ui';
import React from 'react';
import { useBoot } from '../shell/boot-context';

interface DashboardLinksState extends SceneObjectState {
  links: DashboardLink[];
}

interface Target {
  title: string;
  href: string;
}

/** The links of a dashboard's settings: to a URL, or to every dashboard with given tags. */
export class DashboardLinks extends SceneObjectBase<DashboardLinksState> {
  static Component = ({ model }: SceneComponentProps<DashboardLinks>) => {
    const { links } = model.useState();
    const { dashboards } = useBoot();
    sceneGraph.getTimeRange(model).useState(); // the hrefs carry the range, so they follow it
    const complete = (url: string, link: DashboardLink) => {
      const kept = [link.keepTime ? '${__url_time_range}' : '', link.includeVars ? '${__all_variables}' : ''].filter(Boolean).join('&');
      const extended = kept ? urlUtil.appendQueryToUrl(url, kept) : url;
      return locationUtil.processUrl(sceneGraph.interpolate(model, extended));
    };
    return (
      <>
        {links.map((link, index) => {
          const target = link.targetBlank ? '_blank' : undefined;
          if (link.type === 'link') {
            return <LinkButton key={index} variant="secondary" icon="external-link-alt" href={complete(link.url ?? '', link)} target={target} tooltip={link.tooltip}>{sceneGraph.interpolate(model, link.title)}</LinkButton>;
          }
          const tagged = dashboards.filter((entry) => (link.tags ?? []).every((tag) => entry.tags.includes(tag)));
          const targets: Target[] = tagged.map((entry) => ({ title: entry.title, href: complete(`/d/${entry.uid}`, link) }));
          return link.asDropdown ? <LinkMenu key={index} title={link.title} targets={targets} target={target} /> : targets.map(({ title, href }) => <LinkButton key={href} variant="secondary" icon="apps" href={href} target={target}>{title}</LinkButton>);
        })}
      </>
    );
  };
}

function LinkMenu({ title, targets, target }: { title: string; targets: Target[]; target?: '_blank' }) {
  const menu = <Menu>{targets.map(({ title: label, href }) => <Menu.Item key={href} label={label} url={href} target={target} />)}</Menu>;
  return (
    <Dropdown overlay={menu} placement="bottom-end">
      <ToolbarButton variant="canvas" icon="bars" isOpen={false}>{title || 'Dashboards'}</ToolbarButton>
    </Dropdown>
  );
}
