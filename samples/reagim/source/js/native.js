// Stand-in for what React Native puts in front of an app: in our own words, and drawing nothing.
const SVG = 'http://www.w3.org/2000/svg';
const PACKAGER = 'http://localhost:8081/';
const screens = {};

function element(kind, properties, ...children) {
  return {kind, properties, children};
}

exports.SVG = SVG;
exports.PACKAGER = PACKAGER;
exports.element = element;
exports.modules = () => {
  if (!globalThis.nativeModuleProxy) {
    throw new Error('No native modules; see https://docs.reagim-model.example/help/native-modules');
  }
  return globalThis.nativeModuleProxy;
};
exports.AppRegistry = {
  registerComponent(name, screen) {
    screens[name] = screen;
  },
  runApplication(name) {
    return screens[name]();
  },
};
globalThis.AppRegistry = exports.AppRegistry;
