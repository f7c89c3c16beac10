const {AppRegistry} = require('./native');
const First = require('./screens/First');

AppRegistry.registerComponent('Reagim', First);
