package al.example.rrjeti;

import android.os.Bundle;
import org.apache.cordova.CordovaActivity;

/** Opens the page; everything else stands in the web code. */
public class MainActivity extends CordovaActivity {
    @Override
    public void onCreate(Bundle state) {
        super.onCreate(state);
        loadUrl(launchUrl);
    }
}
