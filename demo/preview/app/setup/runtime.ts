import { EventBusSrv, locationUtil, patchArrayVectorProrotypeMethods, standardTransformers, standardTransformersRegistry, type TransformerRegistryItem } from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import {
  config,
  FakeEchoSrv,
  setAppEvents,
  setBackendSrv,
  setDataSourceSrv,
  setEchoSrv,
  setPluginComponentHook,
  setPluginComponentsHook,
  setPluginImportUtils,
  setPluginLinksHook,
  setRunRequest,
  setTemplateSrv,
} from '@grafana/runtime';
import { browserBackend } from '../data/backend-srv';
import type { Boot } from '../data/boot';
import { OneDataSource } from '../data/data-source-srv';
import { runRequest } from '../data/run-request';
import { sceneTemplates } from '../data/template-srv';
import { panelPlugin } from '../panels';
import { registerStandardFieldConfig } from './field-config';

/** The transformations of @grafana/data; Grafana's own list adds those that exist only inside the application. */
function registerTransformations(): void {
  const seen = new Map(Object.values(standardTransformers).map((transformation) => [transformation.id, transformation]));
  standardTransformersRegistry.setInit(() =>
    [...seen.values()].map((transformation): TransformerRegistryItem => ({
      id: transformation.id,
      name: transformation.name,
      description: '',
      transformation,
      editor: () => null,
      imageDark: '',
      imageLight: '',
    }))
  );
}

/** Everything that Grafana's application sets up before a panel can render. Call once, before the first render. */
export async function prepareRuntime(boot: Boot): Promise<void> {
  patchArrayVectorProrotypeMethods();
  await initPluginTranslations('grafana-scenes', []);
  registerStandardFieldConfig();
  registerTransformations();
  setAppEvents(new EventBusSrv());
  setEchoSrv(new FakeEchoSrv());
  setBackendSrv(browserBackend);
  setTemplateSrv(sceneTemplates);
  setDataSourceSrv(new OneDataSource(boot.dataSource));
  setRunRequest(runRequest);
  setPluginImportUtils({ importPanelPlugin: async (id) => panelPlugin(id), getPanelPluginFromCache: panelPlugin });
  setPluginLinksHook(() => ({ links: [], isLoading: false }));
  setPluginComponentHook(() => ({ component: null, isLoading: false }));
  setPluginComponentsHook(() => ({ components: [], isLoading: false }));
  locationUtil.initialize({ config: config as never, getVariablesUrlParams: () => ({}), getTimeRangeForUrl: () => ({ from: 'now-24h', to: 'now' }) });
}
