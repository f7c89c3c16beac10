package al.example.reagim;

import android.os.Bundle;
import com.facebook.react.ReactActivity;

/** Says that this is a stand-in, and leaves the rest to the bundle. */
public class MainActivity extends ReactActivity {
    @Override
    public void onCreate(Bundle state) {
        super.onCreate(state);
        setContentView(R.layout.activity_main);
    }

    @Override
    protected String getMainComponentName() {
        return "Reagim";
    }
}
